"""What the columns of a table are taken for, from their values."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import DataError, DataTypeError
from ranvier.estimators.tables.schema import ColumnSchema, Schema
from ranvier.estimators.tables.texts import Texts, texts_of
from ranvier.estimators.tables.values import Values
from ranvier.tables import identifiers

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_SUITABLE = {"number": ("number", "integer", "boolean", "empty"), "date": ("date", "empty")}
_FEW_NUMBERS = 20  # so many different texts that are numbers may be names of levels


def infer_schema(
    names: Sequence[str], values: Sequence[Values], given: Schema | None, *, named: bool
) -> Schema:
    """Find out what each column is.

    A column without a value, or with the same in every row, is dropped, and so is one of identifiers: texts that
    differ in nearly every row, and whole numbers that count the rows or are named like identifiers.

    Args:
        names: The columns' names.
        values: Their values.
        given: What the user has laid down about some of them.
        named: Whether the names are the table's own.

    Raises:
        DataError: If ``given`` names a column that there is not, or asks for what its values are not.
    """
    if given is not None:
        unknown = [name for name in given.names if name not in set(names)]
        if unknown:
            raise DataError(
                f"`schema` names the column {unknown[0]!r}, which the table does not have; received columns: "
                f"{', '.join(map(repr, names[:8]))}{', ...' if len(names) > 8 else ''}."
            )
    columns = []
    for name, found in zip(names, values, strict=True):
        told = None if given is None else given.get(name)
        columns.append(_inferred(name, found, named=named) if told is None else _told(told, found))
    _warn_of_identifiers(columns, told=given)
    return Schema(columns)


def _inferred(name: str, values: Values, *, named: bool) -> ColumnSchema:
    missing = int(values.missing.sum())
    distinct = _distinct(values)
    column = ColumnSchema(name, "number", values.source, missing=missing, distinct=distinct)
    rows = len(values.missing)
    if distinct == 0:
        return _dropped(column, identifiers.NO_VALUE)
    if distinct == 1 and not missing:
        return _dropped(column, identifiers.ONE_VALUE)
    if values.texts is not None:
        _of_texts(column, values, rows - missing)
    elif values.source == "date":
        column.kind = "date"
    elif named and values.source == "integer" and _counts_rows(name, values, distinct):
        return _dropped(column, identifiers.NUMBERS)
    return column


def _of_texts(column: ColumnSchema, values: Values, given: int) -> None:
    texts = values.texts
    assert texts is not None
    distinct = len(texts.levels)
    if values.source == "text" and distinct > _FEW_NUMBERS and texts.as_numbers() is not None:
        return
    if values.source == "text" and texts.as_dates() is not None and distinct > 1:
        column.kind = "date"
        return
    if given >= identifiers.LEAST_ROWS and distinct >= identifiers.NEARLY_ALL * given:
        _dropped(column, identifiers.TEXTS)
        return
    column.kind, column.levels = "category", list(texts.levels)


def _told(told: ColumnSchema, values: Values) -> ColumnSchema:
    column = ColumnSchema(
        told.name,
        told.kind,
        values.source,
        missing=int(values.missing.sum()),
        distinct=_distinct(values),
    )
    if told.kind == "dropped":
        column.reason = told.reason or "is left out by the schema"
    elif told.kind == "category":
        column.levels = told.levels if told.levels is not None else list(as_texts(values).levels)
    else:
        found = as_numbers(values) if told.kind == "number" else as_dates(values)
        if not np.isfinite(found).any():
            raise DataError(
                f"`schema` takes the column {told.name!r} for a {told.kind}, but it holds no {told.kind}; received: "
                f"values of the kind {values.source!r}. Take it for a category, or drop it."
            )
    return column


def as_texts(values: Values) -> Texts:
    """Return the levels of any column."""
    return values.texts if values.texts is not None else texts_of(values.numbers.tolist())  # type: ignore[union-attr]


def as_numbers(values: Values) -> HostArray:
    """Return the numbers of any column, NaN where there is none; truth values are 0 and 1."""
    if values.numbers is not None:
        return values.numbers
    assert values.texts is not None
    if values.source == "boolean":
        truths = {"True": 1.0, "False": 0.0}
        return np.array([*(truths[level] for level in values.texts.levels), np.nan])[values.texts.codes]
    return values.texts.numbers_within()


def as_dates(values: Values) -> HostArray:
    """Return seconds since 1970 of any column, NaN where there is no date."""
    return values.numbers if values.numbers is not None else values.texts.dates_within()  # type: ignore[union-attr]


def require_kind(column: ColumnSchema, values: Values) -> None:
    """Refuse values of another kind than those a column of numbers or dates was learned from.

    Blank texts are missing values. A column that was learned from texts may hold texts that are no number or date,
    since those of the training may have been such; they count as missing.

    Raises:
        DataTypeError: With the column and what it holds.
    """
    if column.kind not in _SUITABLE or values.source in (*_SUITABLE[column.kind], column.source):
        return
    example = None
    if values.texts is not None:
        found = as_numbers(values) if column.kind == "number" else as_dates(values)
        wrong = (values.texts.levels[code] for code in values.texts.codes[np.isnan(found) & ~values.missing])
        example = next((text for text in wrong if text.strip()), None)
        if example is None:
            return
    received = f"values of the kind {values.source!r}" if example is None else f"{example!r:.80}"
    raise DataTypeError(
        f"The column {column.name!r} was learned as {column.kind}s and must hold {column.kind}s, or nothing; "
        f"received: {received}."
    )


def _distinct(values: Values) -> int:
    if values.texts is not None:
        return int(np.count_nonzero(values.texts.counts()))
    assert values.numbers is not None
    return len(np.unique(values.numbers[~np.isnan(values.numbers)]))


def _counts_rows(name: str, values: Values, distinct: int) -> bool:
    numbers = values.numbers
    assert numbers is not None
    given = numbers[~np.isnan(numbers)]
    if len(given) < identifiers.LEAST_ROWS or distinct < len(given):
        return False
    if identifiers.named_like_one(name):
        return True
    return len(given) == len(numbers) and bool((np.diff(numbers) == 1.0).all())


def _dropped(column: ColumnSchema, reason: str) -> ColumnSchema:
    column.kind, column.reason = "dropped", reason
    return column


def _warn_of_identifiers(columns: Sequence[ColumnSchema], told: Schema | None) -> None:
    """Tell of columns left out as identifiers; keep the only ones there are, which then must be meant."""
    found = [
        column
        for column in columns
        if column.reason in (identifiers.TEXTS, identifiers.NUMBERS)
        and (told is None or told.get(column.name) is None)
    ]
    if all(column.kind == "dropped" for column in columns):
        for column in found:
            if column.reason == identifiers.NUMBERS:
                column.kind, column.reason = "number", None
                found = [each for each in found if each is not column]
    for column in found:
        warnings.warn(
            f"The column {column.name!r} is left out: it {column.reason}. If it means something, say so with "
            f"`schema`: set `schema_[{column.name!r}].kind` and give the schema back.",
            UserWarning,
            stacklevel=5,
        )
