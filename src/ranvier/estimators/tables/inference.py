"""What the columns of a table are taken for, from their values."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import DataError
from ranvier.estimators.tables.schema import ColumnSchema, Schema
from ranvier.estimators.tables.texts import Texts, texts_of
from ranvier.estimators.tables.values import Values

HostArray: TypeAlias = "np.ndarray[Any, Any]"

LEAST_ROWS_OF_IDENTIFIERS = 20
"""The number of rows from which on a column can be recognized as one of identifiers."""

_NEARLY_ALL = 0.95
_FEW_NUMBERS = 20  # so many different texts that are numbers may be names of levels
_IDENTIFIER = re.compile(
    r"(^|[_\W])(id|ids|uuid|guid|key|index|idx|rowid|row|row_?n(o|r|um|umber)?|serial|unnamed)($|[_\W\d])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z](Id|ID|Key|Index)$")


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
        return _dropped(column, "holds no value")
    if distinct == 1 and not missing:
        return _dropped(column, "has the same value in every row")
    if values.texts is not None:
        _of_texts(column, values, rows - missing)
    elif values.source == "date":
        column.kind = "date"
    elif named and values.source == "integer" and _counts_rows(name, values, distinct):
        return _dropped(column, IDENTIFIER_NUMBERS)
    return column


IDENTIFIER_TEXTS = "is different in nearly every row, like a name"
IDENTIFIER_NUMBERS = "is different in every row, like the number of the row"


def _of_texts(column: ColumnSchema, values: Values, given: int) -> None:
    texts = values.texts
    assert texts is not None
    distinct = len(texts.levels)
    if values.source == "text" and distinct > _FEW_NUMBERS and texts.as_numbers() is not None:
        return
    if values.source == "text" and texts.as_dates() is not None and distinct > 1:
        column.kind = "date"
        return
    if given >= LEAST_ROWS_OF_IDENTIFIERS and distinct >= _NEARLY_ALL * given:
        _dropped(column, IDENTIFIER_TEXTS)
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


def _distinct(values: Values) -> int:
    if values.texts is not None:
        return int(np.count_nonzero(values.texts.counts()))
    assert values.numbers is not None
    return len(np.unique(values.numbers[~np.isnan(values.numbers)]))


def _counts_rows(name: str, values: Values, distinct: int) -> bool:
    numbers = values.numbers
    assert numbers is not None
    given = numbers[~np.isnan(numbers)]
    if len(given) < LEAST_ROWS_OF_IDENTIFIERS or distinct < len(given):
        return False
    if _IDENTIFIER.search(name) or _CAMEL.search(name):
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
        if column.reason in (IDENTIFIER_TEXTS, IDENTIFIER_NUMBERS)
        and (told is None or told.get(column.name) is None)
    ]
    if all(column.kind == "dropped" for column in columns):
        for column in found:
            if column.reason == IDENTIFIER_NUMBERS:
                column.kind, column.reason = "number", None
                found = [each for each in found if each is not column]
    for column in found:
        warnings.warn(
            f"The column {column.name!r} is left out: it {column.reason}. If it means something, say so with "
            f"`schema`: set `schema_[{column.name!r}].kind` and give the schema back.",
            UserWarning,
            stacklevel=5,
        )
