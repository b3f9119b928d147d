"""Every metric class in a table: streams as Keras' does, ignores padding exactly, is rebuilt from its config."""

from __future__ import annotations

import inspect
import os
import re
import warnings
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import UnsupportedError
from ranvier.metrics.lookup import CLASSES

os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
BATCHES = (6, 6, 4)
ROWS = sum(BATCHES)
RANDOM = np.random.default_rng(7)


def _shares(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.02, 0.98, size=(ROWS, *shape)).astype("float32")


def _tied(*shape: int) -> np.ndarray:
    return (RANDOM.integers(0, 5, size=(ROWS, *shape)) / 4).astype("float32")


def _reals(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=(ROWS, *shape)).astype("float32")


def _labels(classes: int, *shape: int) -> np.ndarray:
    return RANDOM.integers(0, classes, size=(ROWS, *shape)).astype("int32")


def _one_hot(classes: int, *shape: int) -> np.ndarray:
    return np.eye(classes, dtype="float32")[_labels(classes, *shape)]


def _distribution(*shape: int) -> np.ndarray:
    raw = _shares(*shape)
    return raw / raw.sum(-1, keepdims=True)


DATA = {
    "flat": (_labels(2), _shares()),
    "column": (_labels(2, 1), _shares(1)),
    "flat beside column": (_labels(2), _shares(1)),
    "labels": (_labels(2, 3), _shares(3)),
    "tied labels": (_labels(2, 3), _tied(3)),
    "one-hot": (_one_hot(4), _distribution(4)),
    "tied one-hot": (_tied(4), _tied(4)),
    "one-hot images": (_one_hot(4, 2), _distribution(2, 4)),
    "sparse": (_labels(4), _distribution(4)),
    "sparse floats": (_labels(4, 1).astype("float32"), _tied(4)),
    "sparse images": (_labels(4, 2), _distribution(2, 4)),
    "sorted ids": (_labels(4), np.argsort(_shares(4)).astype("float32")),
    "logits": (_one_hot(4), _reals(4)),
    "sparse logits": (_labels(4), _reals(4)),
    "binary logits": (_labels(2, 3), _reals(3)),
    "numbers": (_reals(3), _reals(3)),
    "column of numbers": (_reals(), _reals(1)),
    "positive": (_shares(3) + 0.5, _shares(3) + 0.5),
    "distributions": (_distribution(4), _distribution(4)),
    "classes": (_labels(4), _labels(4)),
    "masks": (_labels(4, 3), _labels(4, 3)),
    "one-hot masks": (_one_hot(4, 3), _distribution(3, 4)),
}


@dataclass
class Case:
    kind: str
    data: str
    options: dict[str, Any] = field(default_factory=dict)
    weights: bool = True
    tolerance: float = 2e-6

    def __str__(self) -> str:
        return "-".join([self.kind, self.data, *(f"{key}={value}" for key, value in self.options.items())])


CASES = [
    Case("Accuracy", "classes"),
    Case("Accuracy", "masks"),
    Case("BinaryAccuracy", "flat"),
    Case("BinaryAccuracy", "flat beside column"),
    Case("BinaryAccuracy", "tied labels", {"threshold": 0.25}),
    Case("CategoricalAccuracy", "one-hot"),
    Case("CategoricalAccuracy", "tied one-hot"),
    Case("CategoricalAccuracy", "one-hot images"),
    Case("SparseCategoricalAccuracy", "sparse"),
    Case("SparseCategoricalAccuracy", "sparse floats"),
    Case("SparseCategoricalAccuracy", "sparse images"),
    Case("TopKCategoricalAccuracy", "one-hot", {"k": 2}),
    Case("TopKCategoricalAccuracy", "tied one-hot", {"k": 2}),
    Case("TopKCategoricalAccuracy", "one-hot images", {"k": 3}),
    Case("SparseTopKCategoricalAccuracy", "sparse", {"k": 2}),
    Case("SparseTopKCategoricalAccuracy", "sparse images", {"k": 9}),
    Case("SparseTopKCategoricalAccuracy", "sorted ids", {"k": 2, "from_sorted_ids": True}),
    Case("TruePositives", "flat"),
    Case("TrueNegatives", "labels", {"thresholds": [0.3, 0.6]}),
    Case("FalsePositives", "tied labels", {"thresholds": [0.0, 0.25, 0.5, 0.75, 1.0]}),
    Case("FalseNegatives", "column", {"thresholds": 0.7}),
    Case("Precision", "flat"),
    Case("Precision", "flat beside column", {"thresholds": [0.8, 0.2]}),
    Case("Precision", "labels", {"class_id": 1}),
    Case("Precision", "one-hot", {"top_k": 2}),
    Case("Precision", "one-hot", {"top_k": 2, "thresholds": 0.3}),
    Case("Recall", "labels", {"thresholds": [0.25, 0.5, 0.75]}),
    Case("Recall", "tied one-hot", {"top_k": 1, "class_id": 2}),
    Case("SensitivityAtSpecificity", "flat", {"specificity": 0.5}),
    Case("SpecificityAtSensitivity", "labels", {"sensitivity": 0.6, "num_thresholds": 20}),
    Case("PrecisionAtRecall", "tied labels", {"recall": 0.7, "num_thresholds": 5}),
    Case("RecallAtPrecision", "labels", {"precision": 0.5, "num_thresholds": 1}),
    Case("RecallAtPrecision", "labels", {"precision": 0.4, "class_id": 0}),
    Case("AUC", "flat"),
    Case("AUC", "column", {"num_thresholds": 7, "summation_method": "minoring"}),
    Case("AUC", "labels", {"curve": "PR"}),
    Case("AUC", "tied labels", {"num_thresholds": 9, "curve": "PR", "summation_method": "majoring"}),
    Case("AUC", "labels", {"curve": "PRGAIN", "num_thresholds": 5}, tolerance=1e-5),
    Case("AUC", "labels", {"thresholds": [0.7, 0.2]}),
    Case("AUC", "tied labels", {"thresholds": [0.25, 0.5, 0.75]}),
    Case("AUC", "labels", {"label_weights": [1.0, 2.0, 0.5]}),
    Case("AUC", "labels", {"thresholds": [0.1, 0.6], "label_weights": [1.0, 2.0, 0.5]}),
    Case("AUC", "labels", {"multi_label": True}),
    Case("AUC", "labels", {"multi_label": True, "num_labels": 3, "curve": "PR"}),
    Case("AUC", "labels", {"multi_label": True, "label_weights": [1.0, 2.0, 0.5], "curve": "PR"}),
    Case("AUC", "labels", {"multi_label": True, "label_weights": [1.0, 2.0, 0.5]}),
    Case("AUC", "binary logits", {"from_logits": True}),
    Case("F1Score", "one-hot"),
    Case("F1Score", "tied one-hot", {"average": "micro"}),
    Case("F1Score", "labels", {"average": "macro", "threshold": 0.4}),
    Case("FBetaScore", "labels", {"average": "weighted", "beta": 2.0, "threshold": 0.6}),
    Case("FBetaScore", "one-hot", {"beta": 0.5}),
    Case("IoU", "classes", {"num_classes": 4, "target_class_ids": [0, 2]}),
    Case("IoU", "classes", {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}),
    Case("MeanIoU", "classes", {"num_classes": 4}),
    Case("MeanIoU", "masks", {"num_classes": 6, "ignore_class": 3}, weights=False),
    Case("MeanIoU", "sparse", {"num_classes": 4, "sparse_y_pred": False}),
    Case("BinaryIoU", "flat", {"threshold": 0.3}),
    Case("BinaryIoU", "column", {"target_class_ids": [1]}),
    Case("OneHotIoU", "one-hot", {"num_classes": 4, "target_class_ids": [0, 3]}),
    Case("OneHotMeanIoU", "one-hot masks", {"num_classes": 4}, weights=False),
    Case("MeanSquaredError", "numbers"),
    Case("MeanSquaredError", "column of numbers"),
    Case("RootMeanSquaredError", "numbers"),
    Case("MeanAbsoluteError", "numbers"),
    Case("MeanAbsolutePercentageError", "positive"),
    Case("MeanSquaredLogarithmicError", "positive"),
    Case("LogCoshError", "numbers"),
    Case("CosineSimilarity", "numbers"),
    Case("R2Score", "numbers", tolerance=1e-5),
    Case("R2Score", "numbers", {"class_aggregation": None}, tolerance=1e-5),
    Case("R2Score", "column of numbers", {"num_regressors": 2}, tolerance=1e-5),
    Case("R2Score", "numbers", {"class_aggregation": "variance_weighted_average"}, tolerance=1e-5),
    Case("PearsonCorrelation", "numbers"),
    Case("ConcordanceCorrelation", "numbers"),
    Case("Hinge", "labels"),
    Case("SquaredHinge", "numbers"),
    Case("CategoricalHinge", "one-hot"),
    Case("KLDivergence", "distributions"),
    Case("Poisson", "positive"),
    Case("BinaryCrossentropy", "labels"),
    Case("BinaryCrossentropy", "binary logits", {"from_logits": True, "label_smoothing": 0.2}),
    Case("CategoricalCrossentropy", "one-hot"),
    Case("CategoricalCrossentropy", "logits", {"from_logits": True, "label_smoothing": 0.1}),
    Case("CategoricalCrossentropy", "one-hot images"),
    Case("SparseCategoricalCrossentropy", "sparse"),
    Case("SparseCategoricalCrossentropy", "sparse images"),
    Case("SparseCategoricalCrossentropy", "sparse logits", {"from_logits": True}),
]

WEIGHTS = RANDOM.uniform(0.2, 2.0, size=ROWS).astype("float32")


def _split(array: np.ndarray) -> list[np.ndarray]:
    return np.split(array, np.cumsum(BATCHES)[:-1])


def _padded(array: np.ndarray, filling: float) -> np.ndarray:
    missing = BATCHES[0] - len(array)
    rows = np.full((missing, *array.shape[1:]), filling if array.dtype.kind == "f" else 1, array.dtype)
    return np.concatenate([array, rows])


def keras_values(case: Case, y_true: np.ndarray, y_pred: np.ndarray) -> list[np.ndarray]:
    """The results without and, where asked for, with weights; one program, as eager Keras compiles each step."""
    options = dict(case.options)
    if "IoU" in case.kind:
        options["dtype"] = "float32"  # the default there truncates weights
    metric = getattr(keras.metrics, case.kind)(**options)
    if not getattr(metric, "_built", True):
        metric._build(*((y_pred.shape,) if case.kind == "AUC" else (y_pred.shape, y_pred.shape)))

    def gathered(state: Any) -> list[Any]:
        given: list[dict[str, Any]] = [{}, {"sample_weight": WEIGHTS}] if case.weights else [{}]
        return [metric.stateless_update_state(state, y_true, y_pred, **each) for each in given]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras' IoU asks for int64
        states = jax.jit(gathered, compiler_options=QUICK)([variable.value for variable in metric.variables])
        return [np.asarray(metric.stateless_result(state)) for state in states]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_keras_over_padded_batches(case: Case) -> None:
    y_true, y_pred = DATA[case.data]
    metric = getattr(metrics, case.kind)(**case.options)
    metric.build(y_true.shape, y_pred.shape)
    update = jax.jit(metric.update, compiler_options=QUICK)
    for weights, expected in zip(
        (np.ones_like(WEIGHTS), WEIGHTS), keras_values(case, y_true, y_pred), strict=False
    ):
        state = metric.init()
        for targets, predictions, weight in zip(*map(_split, (y_true, y_pred, weights)), strict=True):
            padded = _padded(targets, np.nan), _padded(predictions, np.nan), _padded(weight, 0.0)
            with jax.numpy_dtype_promotion("strict"):
                state = update(state, *padded)
        computed = metric.compute({key: np.asarray(value) for key, value in state.items()})
        assert isinstance(computed, float | np.ndarray)
        np.testing.assert_allclose(computed, expected, rtol=case.tolerance, atol=case.tolerance)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rebuilt_from_its_configuration(case: Case) -> None:
    metric = getattr(metrics, case.kind)(**case.options, name="mine")
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
    assert again.name == "mine"
    assert again.structure() == metric.structure()
    assert hash(again.structure()) == hash(metric.structure())
    for key, value in case.options.items():
        given = sorted(value) if key == "thresholds" and case.kind == "AUC" else value
        assert again.get_config()[key] == given


@pytest.mark.parametrize("kind", sorted({case.kind for case in CASES}))
def test_same_arguments_and_better_direction_as_keras(kind: str) -> None:
    own, theirs = (getattr(module, kind) for module in (metrics, keras.metrics))
    given, expected = (inspect.signature(each.__init__).parameters for each in (own, theirs))
    assert list(given) == list(expected)
    defaults = {name: parameter.default for name, parameter in expected.items()}
    assert {name: parameter.default for name, parameter in given.items()} == defaults
    options = next(case.options for case in CASES if case.kind == kind)
    direction = getattr(theirs(**options), "_direction", None)
    if direction is not None:
        assert own(**options)._direction == direction
    numbers = re.compile(r"_\d+$")
    assert numbers.sub("", own(**options).name) == numbers.sub("", theirs(**options).name)


def test_table_is_complete() -> None:
    covered = {case.kind for case in CASES} | {"Mean", "MeanMetricWrapper", "Sum"}
    assert {kind.__name__ for kind in CLASSES} == covered


def test_every_name_of_keras_is_here() -> None:
    missing = {name for name in dir(keras.metrics) if not name.startswith("_")} - set(dir(metrics))
    assert not missing
    assert metrics.__all__ == sorted(metrics.__all__)


@pytest.mark.parametrize(
    ("case", "activation"),
    [
        (Case("CategoricalAccuracy", "logits"), "softmax"),
        (Case("SparseCategoricalAccuracy", "sparse logits"), "softmax"),
        (Case("CategoricalCrossentropy", "logits", {"label_smoothing": 0.1}), "softmax"),
        (Case("SparseCategoricalCrossentropy", "sparse logits", {"ignore_class": 1}), "softmax"),
        (Case("BinaryAccuracy", "binary logits", {"threshold": 0.3}), "sigmoid"),
        (Case("BinaryCrossentropy", "binary logits", {"label_smoothing": 0.2}), "sigmoid"),
    ],
    ids=str,
)
def test_logits_give_what_probabilities_give(case: Case, activation: str) -> None:
    metric = getattr(metrics, case.kind)(**case.options)
    assert metric.logits_of == activation
    y_true, logits = DATA[case.data]
    state = metric.with_logits().update(metric.init(), y_true, logits, None)
    probabilities = np.asarray(getattr(jax.nn, activation)(logits))
    expected = metric.update(metric.init(), y_true, probabilities, None)
    assert metric.compute(state) == pytest.approx(metric.compute(expected), rel=1e-5)


def test_metrics_that_take_no_logits() -> None:
    taken = {case.kind for case in CASES if getattr(metrics, case.kind)(**case.options).logits_of}
    assert len(taken) == 6
    assert metrics.BinaryCrossentropy(from_logits=True).logits_of is None
    assert type("Own", (metrics.CategoricalAccuracy,), {})().logits_of is None
    with pytest.raises(UnsupportedError, match="cannot be computed from logits"):
        metrics.AUC().with_logits()
