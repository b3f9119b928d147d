"""How good models for a table are, as lines."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ranvier.cli.listing import aligned
from ranvier.report.scores import SCORES, best_of, score_text


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
