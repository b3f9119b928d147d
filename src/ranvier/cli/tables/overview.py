"""A table's columns, and what was noticed, as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ranvier.cli.listing import aligned, cut, plain, wrapped
from ranvier.tables.statistics import ColumnStatistics
from ranvier.tables.table import Table
from ranvier.tables.wording import counted, values_text

_MOST_COLUMNS = 60
LONGEST_NAME = 28
"""How many letters of a column's name are shown."""


def column_lines(
    statistics: Sequence[ColumnStatistics],
    kinds: Mapping[str, str],
    left_out: Mapping[str, str],
    target: str | None,
) -> list[str]:
    """Return a line for each column: what it is taken for, and what its values are like."""
    rows = [("Column", "Taken as", "Missing", "Values")]
    for each in statistics[:_MOST_COLUMNS]:
        kind = "target" if each.name == target else "left out" if each.name in left_out else kinds[each.name]
        values = left_out[each.name] if each.name in left_out else values_text(each)
        missing = f"{each.missing / each.rows:.1%}" if each.missing else ""
        rows.append((cut(plain(each.name), LONGEST_NAME), kind, missing, plain(values)))
    more = len(statistics) - _MOST_COLUMNS
    return [*aligned(rows, right=(2,), marks="─"), *([f"and {more:,} more columns"] if more > 0 else [])]


def size_words(table: Table) -> str:
    """Return how many rows and columns a table has."""
    return f"{counted(table.rows, 'row')}, {counted(len(table.columns), 'column')}"


def remark_lines(remarks: Sequence[str]) -> list[str]:
    """Return what was noticed, a paragraph each."""
    return [wrapped(remark, "! ", "  ") for remark in remarks]
