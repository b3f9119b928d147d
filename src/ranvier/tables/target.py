"""The column to predict: whether it holds classes or numbers, and whether it can be learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ranvier.errors import DataError, LabelError
from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column
from ranvier.tables.table import Table
from ranvier.tables.values import MARKS

Task = Literal["classification", "regression"]

_MOST_CODES = 20  # different whole numbers that may be codes of classes
_CODE_STARTS = (-1, 0, 1)
_ROWS_PER_CODE = 10
_NAME_SHARE = 0.5  # of different values among the rows, from which on they are names rather than classes
_FEW_CLASSES = 20
_LARGEST = 1e36  # whose differences single precision can hold
_SHOWN = 6
_LONGEST = 40


@dataclass(frozen=True)
class Target:
    """The column to predict.

    Attributes:
        name: Its name.
        task: What is predicted.
        reason: Why, a clause.
        rows: The rows that have a value, their positions in the table.
        values: Their values: int64, float64, or objects that are text; shape (rows,).
        remarks: What there is to say of it, a sentence each.
    """

    name: str
    task: Task
    reason: str
    rows: np.ndarray[Any, Any]
    values: np.ndarray[Any, Any]
    remarks: tuple[str, ...]


def find_target(table: Table, name: str, task: Task | None = None) -> Target:
    """Find what is to be predicted and the rows that tell it.

    Args:
        table: The table.
        name: The column.
        task: Whether it holds classes or numbers; found out when None.

    Returns:
        The target.

    Raises:
        UnknownNameError: If there is no such column.
        DataError: If no row has a value.
        LabelError: If there is one value only, or the values do not suit the task.
    """
    column = table.column(name)
    array = table.frame.column(name)
    rows = np.flatnonzero(pc.is_valid(array).to_numpy(zero_copy_only=False))
    if not len(rows):
        raise DataError(
            f"The target {name!r} has no value in any of the {table.rows:,} rows, so there is nothing to learn."
        )
    given = pc.drop_null(array.combine_chunks())
    if column.type == "date":
        raise LabelError(f"The target {name!r} holds dates; classes or numbers can be predicted.")
    values = _as_array(given)
    distinct = len(np.unique(values))
    if distinct == 1:
        raise LabelError(
            f"The target {name!r} has the same value in all {len(rows):,} rows, {values[0]!s:.40}, so there is nothing "
            "to learn."
        )
    found, reason = _inferred(values, column, distinct) if task is None else (task, "as told")
    if found == "regression":
        values = _as_numbers(values, column)
    else:
        _refuse_names(values, column, distinct)
    return Target(name, found, reason, rows, values, tuple(_remarks(column, values, found, table.rows)))


def _as_array(given: Any) -> np.ndarray[Any, Any]:
    if pa.types.is_boolean(given.type):
        given = pc.cast(given, pa.string())
    values = given.to_numpy(zero_copy_only=False)
    if (
        values.dtype.kind == "f"
        and len(values)
        and (values == np.rint(values)).all()
        and abs(values).max() < 2**53
    ):
        return np.asarray(values, np.int64)
    return np.asarray(values)


def _inferred(values: np.ndarray[Any, Any], column: Column, distinct: int) -> tuple[Task, str]:
    if values.dtype.kind == "O":
        what = "words" if column.type == "text" else "yes or no"
        return "classification", f"it holds {what}, {distinct:,} different ones"
    if values.dtype.kind == "f":
        return "regression", f"it holds numbers with decimals, {distinct:,} different ones"
    low, high = int(values.min()), int(values.max())
    if distinct == 2:
        return "classification", f"it holds two different numbers, {low} and {high}"
    range_ = f"{distinct:,} different whole numbers from {low:,} to {high:,}"
    codes = distinct <= _MOST_CODES and low in _CODE_STARTS and high - low + 1 == distinct
    if codes and len(values) >= _ROWS_PER_CODE * distinct:
        return "classification", f"it holds {range_} without a gap, which read as codes of classes"
    return "regression", f"it holds {range_}"


def _as_numbers(values: np.ndarray[Any, Any], column: Column) -> np.ndarray[Any, Any]:
    if values.dtype.kind == "O":
        example = column.first_other.text if column.first_other is not None else str(values[0])
        remedy = _of_marks(column) or (
            "Take another target, leave `--task` out, or say how its numbers are written with `--decimal`, "
            "`--thousands` or `--missing`."
        )
        raise LabelError(
            f"Regression predicts numbers; the target {column.name!r} holds {example!r:.60}. {remedy}"
        )
    numbers = values.astype(np.float64)
    largest = float(np.abs(numbers).max())
    if largest > _LARGEST:
        raise LabelError(
            f"The target {column.name!r} holds numbers as large as {largest:.3g}; up to {_LARGEST:.0e} can be "
            "predicted. Give it in a larger unit, or take its logarithm."
        )
    return numbers


def _of_marks(column: Column) -> str:
    """Return what to do where the values would be numbers but for their marks; empty where they would not."""
    if column.marks is None:
        return ""
    words, options = MARKS[column.marks]
    return f"These look like numbers with {words}: " + (
        f"`{options}` reads them." if options else "write them without."
    )


def _refuse_names(values: np.ndarray[Any, Any], column: Column, distinct: int) -> None:
    if distinct > _FEW_CLASSES and distinct > _NAME_SHARE * len(values):
        examples = ", ".join(f"{str(each)!r:.40}" for each in values[:3])
        remedy = _of_marks(column) or "Take another target, or `--task regression` if they are numbers."
        raise LabelError(
            f"The target {column.name!r} has {distinct:,} different values in {len(values):,} rows ({examples}, ...), "
            f"so these are no classes. {remedy}"
        )


def _remarks(column: Column, values: np.ndarray[Any, Any], task: Task, rows: int) -> list[str]:
    remarks = []
    if len(values) < rows:
        markers = [repr(marker) for marker in column.markers if marker][:_SHOWN]
        named = f", marked {' or '.join(markers)}" if markers else ""
        remedy = (
            " If that is a class of its own, say which entries are missing with `--missing`."
            if markers
            else ""
        )
        lost = rows - len(values)
        remarks.append(
            f"The target {column.name!r} is missing in {lost:,} of {rows:,} rows{named}; these are left out."
            f"{remedy if task == 'classification' else ''}"
        )
    if task == "classification":
        classes, counts = np.unique(values.astype(str), return_counts=True)
        alike = _alike(classes)
        if alike:
            remarks.append(f"Classes that are written differently count as different ones: {alike}.")
        single = classes[counts == 1]
        if len(single):
            shown = ", ".join(repr(str(each)) for each in single[:_SHOWN]) + (
                ", ..." if len(single) > _SHOWN else ""
            )
            remarks.append(
                f"Classes with one row cannot be trained and tested both: {shown}; these rows are for training."
            )
    return remarks


def _alike(classes: np.ndarray[Any, Any]) -> str:
    """Return classes that differ in capital letters only, as text; empty where there are none."""
    written: dict[str, list[str]] = {}
    for each in classes.tolist():
        written.setdefault(each.casefold(), []).append(repr(each)[:_LONGEST])
    found = [" and ".join(names) for names in written.values() if len(names) > 1]
    return ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")


def class_numbers(values: np.ndarray[Any, Any], classes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the number of each value among the classes, -1 where it is none.

    Args:
        values: Classes as they stand in a table, shape (rows,).
        classes: All that a model knows.
    """
    known = {_key(each): number for number, each in enumerate(classes.tolist())}
    return np.array([known.get(_key(each), -1) for each in values.tolist()], np.int64)


def _key(value: Any) -> str:
    """Return what a class is known by: a whole number is the same as 2 and 2.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
