"""``ranvier compare``: runs side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ranvier.cli.listing import aligned, cut, line_width, plain, wrapped
from ranvier.report.comparison import Comparison, Line, compare
from ranvier.report.run_folder import open_run

_WIDEST_CELL = 24


def show_comparison(paths: Sequence[Path], *, as_json: bool) -> None:
    """Print the settings in which runs differ, and their results.

    Args:
        paths: Their folders.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If one is no run, or there are fewer than two.
    """
    found = compare([open_run(path) for path in paths])
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
        return
    lines = [f"[{number}] {plain(run)}" for number, run in enumerate(found.runs, start=1)]
    for places in _groups(found):
        lines += ["", *_block(found, places)]
    lines += ["", "* the best of them", *(wrapped(remark, "! ", "  ") for remark in found.remarks)]
    click.echo("\n".join(lines))


def _groups(found: Comparison) -> list[list[int]]:
    """Divide the runs into as many as fit beside each other."""
    left = max(len(line.name) for line in (*found.settings, *found.results))
    groups: list[list[int]] = [[]]
    taken = left
    for place in range(len(found.runs)):
        width = 2 + max(len(_cell(line, place)) for line in (*found.settings, *found.results))
        if groups[-1] and taken + width > line_width():
            groups.append([])
            taken = left
        groups[-1].append(place)
        taken += width
    return groups


def _block(found: Comparison, places: Sequence[int]) -> list[str]:
    header = ["", *(f"[{place + 1}] " for place in places)]
    settings = [[line.name, *(_cell(line, place) for place in places)] for line in found.settings]
    results = [[line.name, *(_cell(line, place) for place in places)] for line in found.results]
    lines = aligned([header, *settings, *results], right=range(1, len(places) + 1))
    lines[0] = click.style(lines[0], bold=True)
    if settings:
        lines.insert(1 + len(settings), "")
    return lines


def _cell(line: Line, place: int) -> str:
    return f"{cut(plain(line.texts[place]), _WIDEST_CELL)}{'*' if place in line.best else ' '}"
