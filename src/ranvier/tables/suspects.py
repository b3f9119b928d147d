"""Columns that teach a model nothing, or only the row they stand in."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column

_LEAST_ROWS = 20
_NEARLY_ALL = 0.95
_IDENTIFIER = re.compile(
    r"(^|[_\W])(id|ids|uuid|guid|key|index|idx|rowid|row|row_?n(o|r|um|umber)?|serial|unnamed)($|[_\W\d])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z](Id|ID|Key|Index)$")


def reason_to_leave_out(column: Column, values: Any) -> str | None:
    """Say why a model should not be given a column; None if it should.

    Args:
        column: The column.
        values: Its values.
    """
    given = column.rows - column.missing
    if not given:
        return "holds no value"
    distinct = pc.count_distinct(values, mode="only_valid").as_py()
    if distinct <= 1 and not column.missing:
        return "has the same value in every row"
    if given < _LEAST_ROWS or distinct < _NEARLY_ALL * given:
        return None
    if column.type == "text":
        return "is different in nearly every row, like a name"
    if column.type == "integer" and distinct == given and _counts_rows(column, values):
        return "is different in every row, like the number of the row"
    return None


def _counts_rows(column: Column, values: Any) -> bool:
    if _IDENTIFIER.search(column.name) or _CAMEL.search(column.name):
        return True
    if column.missing:
        return False
    numbers = pa.chunked_array(values).to_numpy() if isinstance(values, list) else values.to_numpy()
    steps = np.diff(np.asarray(numbers))
    return bool(len(steps) and (steps == 1).all())
