"""Estimators as files: the network, and around it what turns its outputs into labels."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ranvier.errors import UnsupportedError
from ranvier.estimators.conversion import model_of
from ranvier.exports.builder import Builder
from ranvier.exports.exporting import chosen_format, write_program
from ranvier.exports.network import translated
from ranvier.exports.program import LABEL, Meaning, Names, Program, Tensor, needed_steps
from ranvier.exports.translation import Translation
from ranvier.naming import snake_case
from ranvier.storage.weight_paths import weight_paths

PROBABILITIES, VARIABLE = "probabilities", "variable"
"""The names that converters of scikit-learn give to outputs, beside ``label``."""

TOLERANCE = 1e-3


def export_estimator(
    estimator: Any, filepath: Any, format: str | None, *, verbose: bool, input_dtype: str, title: str | None
) -> None:
    """Write a fitted estimator to a file; see :meth:`ranvier.MLPClassifier.export`."""
    kind = chosen_format(filepath, format)
    classifies = hasattr(estimator, "classes_")
    features = getattr(estimator, "feature_names_in_", None)
    meaning = Meaning(
        title or type(estimator).__name__,
        "classifier" if classifies else "regressor",
        tuple(map(str, estimator.classes_.tolist())) if classifies else None,
        None if features is None else tuple(map(str, features)),
    )

    def make() -> Program:
        architecture = replace(estimator._architecture(), out_activation="identity")
        network = model_of(architecture, 0.0, estimator._weights())
        names = Names()
        for layer in network.layers:  # automatic names count on from one network to the next
            layer.name = names.free(snake_case(type(layer).__name__))
        to = Translation(weight_paths(network))
        x = to.build.input("X", (None, estimator.n_features_in_), input_dtype)
        logits = translated(to, network, to.build.cast(x, "float32"))
        outputs = (
            classified(to.build, estimator, logits) if classifies else _numbers(to.build, estimator, logits)
        )
        label = LABEL if classifies else None
        return Program((x,), outputs, needed_steps(to.build.steps, outputs.values()), meaning, label)

    def expected(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        with warnings.catch_warnings():
            # scikit-learn misses the names of the features, which made-up rows do not have.
            warnings.filterwarnings("ignore", message="X does not have valid feature names")
            return predicted(estimator, inputs["X"])

    write_program(filepath, kind, make, expected, tolerance=TOLERANCE, verbose=verbose)


def predicted(estimator: Any, rows: Any) -> dict[str, Any]:
    """Return what an estimator predicts, under the names of the outputs of its file."""
    if not hasattr(estimator, "classes_"):
        found = np.asarray(estimator.predict(rows))
        return {VARIABLE: found[:, None] if found.ndim == 1 else found}
    labels = estimator.predict(rows)
    labels = labels.toarray() if hasattr(labels, "toarray") else labels
    return {LABEL: labels, PROBABILITIES: estimator.predict_proba(rows)}


def classified(build: Builder, estimator: Any, logits: Tensor) -> dict[str, Tensor]:
    """Return labels and probabilities as scikit-learn has them."""
    classes, rows = estimator.classes_, logits.shape[0]
    with build.layer("classes", "labels and their probabilities"):
        if estimator._multilabel:
            chosen = build.cast(build.binary("greater", logits, 0.0), "int64")
            return {LABEL: chosen, PROBABILITIES: build.unary("sigmoid", logits)}
        if estimator.out_activation_ == "softmax":
            place = build.step("arg_max", [logits], (rows,), "int64", axis=1, dtype="int64")
            probabilities = build.softmax(logits, [1])
        elif len(classes) == 1:
            one = build.constant(np.ones((1, 1), np.float32), name="certain")
            place = build.squeeze(
                build.expand(build.constant(np.zeros((1, 1), np.int64)), (rows, 1), logits), [1]
            )
            probabilities = build.expand(one, (rows, 1), logits)
        else:
            column = build.squeeze(logits, [1])
            place = build.cast(build.binary("greater", column, 0.0), "int64")
            both = build.concatenate([build.unary("negative", logits), logits], 1)
            probabilities = build.unary("sigmoid", both)
        label = build.take(build.constant(plain_labels(classes), name="classes"), place, 0)
    return {LABEL: label, PROBABILITIES: probabilities}


def plain_labels(classes: Any) -> np.ndarray[Any, Any]:
    """Return labels as an array that a file can hold.

    Raises:
        UnsupportedError: If they are neither texts nor numbers.
    """
    labels = np.asarray(classes)
    if labels.dtype == object:
        labels = np.array(labels.tolist())
    if labels.dtype.kind not in "biufU":
        raise UnsupportedError(
            f"A file holds labels that are texts or numbers; received labels of dtype: {np.asarray(classes).dtype}."
        )
    return labels


def _numbers(build: Builder, estimator: Any, logits: Tensor) -> dict[str, Tensor]:
    return {VARIABLE: build.unary("exp", logits) if estimator.out_activation_ == "exp" else logits}
