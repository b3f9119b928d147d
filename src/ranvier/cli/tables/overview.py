"""A table's columns and a model's results as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from ranvier.cli.listing import aligned, cut, plain, wrapped
from ranvier.report.page.columns import values_text
from ranvier.report.scores import SCORES, best_of, score_text
from ranvier.tables.statistics import ColumnStatistics

_MOST_COLUMNS = 60
_LONGEST_NAME = 28


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
        rows.append((cut(plain(each.name), _LONGEST_NAME), kind, missing, plain(values)))
    more = len(statistics) - _MOST_COLUMNS
    return [*aligned(rows, right=(2,), marks="─"), *([f"and {more:,} more columns"] if more > 0 else [])]


def remark_lines(remarks: Sequence[str]) -> list[str]:
    """Return what was noticed, a paragraph each."""
    return [wrapped(remark, "! ", "  ") for remark in remarks]


def score_lines(scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return a line for each measure, a column for each model; a star marks the best."""
    models = list(scores)
    rows = [["", *models]]
    for name, score in SCORES.items():
        values = [scores[model].get(name) for model in models]
        if values[0] is None:
            continue
        best = best_of(name, values) if len(models) > 1 else set()
        marked = [
            f"{score_text(name, value)}{'*' if place in best else ' '}" for place, value in enumerate(values)
        ]
        rows.append([score.title, *(cell if len(models) > 1 else cell.rstrip() for cell in marked)])
    if len(models) == 1:
        rows = rows[1:]
    lines = aligned(rows, right=range(1, len(models) + 1))
    if len(models) > 1:
        lines[0] = click.style(lines[0], bold=True)
        lines.append("* the best of them")
    return lines
