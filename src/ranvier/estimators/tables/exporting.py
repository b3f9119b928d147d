"""Estimators for tables as files: columns in, labels or numbers out, the preprocessing and all members inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ranvier.estimators.exporting import PROBABILITIES, TOLERANCE, VARIABLE, plain_labels
from ranvier.estimators.tables.encoding_steps import DATE, NUMBER, TEXTS, column_form, encoded_steps
from ranvier.estimators.tables.frames import RawTable
from ranvier.estimators.tables.schema import ColumnSchema
from ranvier.exports.builder import Builder
from ranvier.exports.comparison import HostArray
from ranvier.exports.exporting import chosen_format, write_program
from ranvier.exports.network import translated
from ranvier.exports.program import LABEL, READING, TEXT, Meaning, Names, Program, Tensor, needed_steps
from ranvier.exports.translation import Translation
from ranvier.storage.weight_paths import weight_paths

_UNSEEN = "(none of the levels)"


def export_table_estimator(
    estimator: Any,
    filepath: Any,
    format: str | None,
    *,
    verbose: bool,
    input_dtype: str,
    title: str | None,
    reading: Mapping[str, Any] = READING,
) -> None:
    """Write a fitted estimator to a file; see :meth:`ranvier.TabularClassifier.export`.

    Args:
        estimator: The estimator.
        filepath: The file.
        format: Its format, or None.
        verbose: Whether to print a line about it.
        input_dtype: The dtype of numbers.
        title: What the file says it is.
        reading: How tables are read that the program is given on its command line.
    """
    kind = chosen_format(filepath, format)
    forms = {column.name: column_form(column) for column in estimator.schema_.used}
    write_program(
        filepath,
        kind,
        lambda: replace(table_program(estimator, forms, input_dtype, title), reading=reading),
        lambda inputs: _predicted(estimator, inputs),
        tolerance=TOLERANCE,
        verbose=verbose,
        trial=lambda _, rows: _trial(estimator, forms, rows, input_dtype),
    )


def table_program(estimator: Any, forms: Mapping[str, str], input_dtype: str, title: str | None) -> Program:
    """Return the steps of an estimator.

    Args:
        estimator: A fitted estimator.
        forms: What each used column is, by name.
        input_dtype: The dtype of columns of numbers; dates are always in double precision.
        title: What the file says it is.
    """
    members = [estimator.to_model(number) for number in range(estimator.n_members_)]
    paths = {
        f"member_{number}/{path}": variable
        for number, member in enumerate(members, 1)
        for path, variable in weight_paths(member).items()
    }
    to = Translation(paths)
    dtypes = {NUMBER: input_dtype, DATE: "float64", TEXTS: TEXT}
    columns = {name: to.build.input(name, (None, 1), dtypes[form]) for name, form in forms.items()}
    parts = encoded_steps(to.build, estimator._encoder, columns)
    found = []
    for number, member in enumerate(members, 1):
        with to.build.layer(f"member_{number}", "network of the ensemble"):
            found.append(translated(to, member, parts if len(parts) > 1 else parts[0]))
    classifies = hasattr(estimator, "classes_")
    first = next(iter(columns.values()))
    joined = (
        _classified(to.build, estimator, found, first)
        if classifies
        else _averaged(to.build, estimator, found)
    )
    names = Names(set(columns))
    outputs = {names.free(name): tensor for name, tensor in joined.items()}
    meaning = Meaning(
        title or type(estimator).__name__,
        "classifier" if classifies else "regressor",
        tuple(map(str, estimator.classes_.tolist())) if classifies else None,
    )
    label = next(iter(outputs)) if classifies else None
    steps = needed_steps(to.build.steps, outputs.values())
    return Program(tuple(columns.values()), outputs, steps, meaning, label, dict(forms))


def _classified(build: Builder, estimator: Any, members: Sequence[Tensor], like: Tensor) -> dict[str, Tensor]:
    with build.layer("classes", "labels and their probabilities"):
        if members:
            probabilities = _mean(build, members)
            if estimator.temperature_ != 1.0:
                colder = build.divide(build.unary("log", probabilities), float(estimator.temperature_))
                probabilities = build.softmax(colder, [1])
            place = build.step("arg_max", [probabilities], (None,), "int64", axis=1, dtype="int64")
        else:
            certain = build.constant(np.ones((1, 1), np.float32), name="certain")
            probabilities = build.expand(certain, (None, 1), like)
            zeros = build.constant(np.zeros((1, 1), np.int64), name="first")
            place = build.squeeze(build.expand(zeros, (None, 1), like), [1])
        label = build.take(build.constant(plain_labels(estimator.classes_), name="classes"), place, 0)
    return {LABEL: label, PROBABILITIES: probabilities}


def _averaged(build: Builder, estimator: Any, members: Sequence[Tensor]) -> dict[str, Tensor]:
    deviation = build.constant(estimator.target_deviation_[None], name="target/deviation")
    mean = build.constant(estimator.target_mean_[None], name="target/mean")
    low, high = (build.constant(bound[None], name="target/bound") for bound in estimator.target_bounds_)
    values = []
    with build.layer("targets", "predictions in the targets' unit"):
        for member in members:
            value = build.add(build.multiply(build.cast(member, "float64"), deviation), mean)
            values.append(build.binary("minimum", build.binary("maximum", value, low), high))
        return {VARIABLE: build.cast(_mean(build, values), "float32")}


def _mean(build: Builder, members: Sequence[Tensor]) -> Tensor:
    total = members[0]
    for member in members[1:]:
        total = build.add(total, member)
    return total if len(members) == 1 else build.divide(total, float(len(members)))


# -- what both are compared on -------------------------------------------------------------------


def _trial(estimator: Any, forms: Mapping[str, str], rows: int, input_dtype: str) -> dict[str, HostArray]:
    """Make rows with all that a table may hold: known and unknown levels, missing and far values."""
    generator = np.random.default_rng(rows)
    rules = {rule.column: place for place, rule in enumerate(estimator._encoder.numbers) if rule.part is None}
    made = {}
    for name, form in forms.items():
        column = estimator.schema_[name]
        if form == TEXTS:
            choices = [*(column.levels or ("False", "True")), "", _UNSEEN, "1"]
            texts = [choices[each] for each in generator.integers(0, len(choices), rows)]
            made[name] = np.array(texts, object)[:, None]
            continue
        if form == DATE:
            values = generator.uniform(-1e9, 3e9, rows)
        elif column.kind == "category":
            levels = [float(level) for level in column.levels or ["0"]]
            values = generator.choice([*levels, levels[0] + 0.5], rows)
        else:
            scaling, place = estimator._encoder.scaling, rules[name]
            factor = scaling.factors[place]
            values = scaling.medians[place] + generator.normal(0, 2, rows) / (factor if factor > 0 else 1.0)
            values[generator.random(rows) < 0.1] *= 1e4
        values[generator.random(rows) < 0.2] = np.nan
        if form != DATE and np.dtype(input_dtype).kind in "iu":  # whole numbers know no missing value
            limits = np.iinfo(input_dtype)
            values = np.clip(np.nan_to_num(values), limits.min, limits.max)
        made[name] = values.astype("float64" if form == DATE else input_dtype)[:, None]
    return made


def _predicted(estimator: Any, inputs: Mapping[str, HostArray]) -> dict[str, HostArray]:
    columns = tuple(_as_trained(estimator.schema_[name], array[:, 0]) for name, array in inputs.items())
    table = RawTable(tuple(inputs), True, columns, len(columns[0]))
    names = Names(set(inputs))
    if hasattr(estimator, "classes_"):
        scores = (
            np.exp(estimator._joined(estimator._outputs_of(estimator._encoder.encode(table))))
            if estimator.n_members_
            else np.ones((table.rows, 1))
        )
        labels = estimator.classes_[scores.argmax(axis=1)]
        return {names.free(LABEL): labels, names.free(PROBABILITIES): scores}
    return {names.free(VARIABLE): estimator._joined(estimator._outputs_of(estimator._encoder.encode(table)))}


def _as_trained(column: ColumnSchema, values: HostArray) -> HostArray:
    """Return the values of a column as the kind of values that it had in training."""
    if column.kind == "date":
        moments = np.where(np.isnan(values), np.iinfo(np.int64).min, (values * 1e6).round())
        return moments.astype(np.int64).astype("datetime64[us]")
    if column.source != "boolean":
        return values
    truths = {"True": True, "False": False, "1": True, "0": False}
    return np.array([truths.get(str(value)) for value in values], object)
