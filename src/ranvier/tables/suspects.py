"""Columns that teach a model nothing, or only the row they stand in."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column
from ranvier.tables.identifiers import (
    LEAST_ROWS,
    NEARLY_ALL,
    NO_VALUE,
    NUMBERS,
    ONE_VALUE,
    OTHER_THINGS,
    TEXTS,
    named_like_one,
)


def reason_to_leave_out(column: Column, values: Any) -> str | None:
    """Say why a model should not be given a column; None if it should.

    Args:
        column: The column.
        values: Its values.
    """
    if column.foreign is not None:
        return OTHER_THINGS
    given = column.rows - column.missing
    if not given:
        return NO_VALUE
    distinct = pc.count_distinct(values, mode="only_valid").as_py()
    if distinct <= 1 and not column.missing:
        return ONE_VALUE
    if given < LEAST_ROWS or distinct < NEARLY_ALL * given:
        return None
    if column.type == "text":
        return TEXTS
    if column.type == "integer" and distinct == given and _counts_rows(column, values):
        return NUMBERS
    return None


def _counts_rows(column: Column, values: Any) -> bool:
    if named_like_one(column.name):
        return True
    if column.missing:
        return False
    numbers = pa.chunked_array(values).to_numpy() if isinstance(values, list) else values.to_numpy()
    steps = np.diff(np.asarray(numbers))
    return bool(len(steps) and (steps == 1).all())
