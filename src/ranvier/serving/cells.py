"""The values of a column of a table, as they come in JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.serving.refusals import shown, unfit
from ranvier.tables.arrow import pa

if TYPE_CHECKING:
    from ranvier.estimators import ColumnSchema

_EXAMPLES = 100
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Cell:
    """How the values of a column are read.

    Attributes:
        name: The column.
        wanted: What its values are, in words.
        schema: Their JSON schema.
        example: One of them.
        type: The type of Arrow in which the estimator gets them.
        read: Returns a value as that type has it; None for one that is of another kind.
    """

    name: str
    wanted: str
    schema: dict[str, Any]
    example: Any
    type: Any
    read: Callable[[Any], Any]

    def __call__(self, value: Any, row: int) -> Any:
        """Read a value.

        Raises:
            Refusal: If it is of another kind.
        """
        if value is None:
            return None
        found = self.read(value)
        if found is None:
            raise unfit(
                f"Row {row}, {self.name!r}: expected {self.wanted}, or null where it is missing; received: "
                f"{shown(value)}."
            )
        return found


def cell_of(column: ColumnSchema, form: str | None = None) -> Cell:
    """Return how the values of a column are read.

    Args:
        column: What an estimator takes it for.
        form: The form that its dates had in the table, which is taken beside that of ISO 8601.
    """
    if column.kind == "date":
        known = None if form is None or "%" not in form else form
        wanted = "a date such as 2026-01-31 or 2026-01-31T12:30:00"
        wanted += "" if known is None else f" or {datetime(2026, 1, 31, 12, 30).strftime(known)}"
        schema = {"type": ["string", "null"], "description": f"{wanted}; without a zone it is UTC"}
        return Cell(column.name, wanted, schema, "2026-01-31", pa.timestamp("us"), partial(_date, known))
    if column.source == "boolean":
        kind, read = (
            (pa.float64(), _truth_as_number) if column.kind == "number" else (pa.string(), _truth_as_text)
        )
        return Cell(column.name, "true or false", {"type": ["boolean", "null"]}, False, kind, read)
    if column.kind == "number":
        texts = column.source == "text"  # numbers that the table held as texts
        schema = {"type": ["number", "string", "null"] if texts else ["number", "null"]}
        return Cell(column.name, "a number", schema, 0, pa.float64(), _number_or_text if texts else _number)
    return _category(column)


def _category(column: ColumnSchema) -> Cell:
    levels = column.levels or []
    numeric = column.source in ("integer", "number")
    schema = {
        "type": ["string", "number", "null"] if numeric else ["string", "null"],
        "description": f"one of {len(levels):,} known texts; any other counts as unknown",
        "examples": levels[:_EXAMPLES],
    }
    example = levels[0] if levels else None
    wanted = "a text or a number" if numeric else "a text"
    return Cell(column.name, wanted, schema, example, pa.string(), _level if numeric else _text)


def _number(value: Any) -> float | None:
    if type(value) not in (int, float) or not abs(value) <= _LARGEST:
        return None
    return float(value)


def _number_or_text(value: Any) -> float | None:
    if not isinstance(value, str):
        return _number(value)
    try:
        return _number(float(value))
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _level(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    number = _number(value)
    if number is None:
        return None
    return str(int(number)) if number.is_integer() else repr(number)


def _truth(value: Any) -> bool | None:
    return (
        bool(value) if isinstance(value, bool) or (type(value) in (int, float) and value in (0, 1)) else None
    )


def _truth_as_text(value: Any) -> str | None:
    found = _truth(value)
    return None if found is None else str(found)


def _truth_as_number(value: Any) -> float | None:
    found = _truth(value)
    return None if found is None else float(found)


def _date(form: str | None, value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None if form is None else _formed(value, form)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def _formed(value: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(value, form)
    except ValueError:
        return None
