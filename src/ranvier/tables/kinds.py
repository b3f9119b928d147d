"""What a column is taken for by the type of its values."""

from __future__ import annotations

from ranvier.tables.columns import Column, ColumnType

KINDS = ("number", "category", "date", "dropped")
"""What a column can be taken for."""

_KINDS: dict[ColumnType, str] = {
    "integer": "number",
    "number": "number",
    "boolean": "category",
    "date": "date",
    "text": "category",
    "empty": "number",
}


def kind_of(column: Column) -> str:
    """Return ``"number"``, ``"category"`` or ``"date"``."""
    return _KINDS[column.type]
