"""Lists and tables as lines for a terminal, or for a file that they are redirected to."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

from ranvier.cli.printable import printable

_NARROWEST, _WIDEST = 60, 100


def line_width() -> int:
    """Return how many characters a line may have; 80 where there is no terminal."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST), _WIDEST)


def plain(text: object) -> str:
    """Return text of a stranger's file in one line, without what would move a terminal's cursor."""
    return printable("".join(" " if each.isspace() else each for each in str(text)))


def cut(text: str, width: int) -> str:
    """Return text that is not longer than a width."""
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"


def aligned(
    rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "", marks: str = ""
) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell, the last one cut at the end of the line.

    Args:
        rows: Equally many cells in each.
        right: Columns whose cells end in one place.
        indent: What stands in front of every line.
        marks: Where given, a line of these under the first row.
    """
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(cut(f"{indent}{'  '.join(cells)}".rstrip(), line_width()))
    if marks:
        lines.insert(
            1, f"{indent}{marks * (min(sum(widths) + 2 * len(widths) - 2, line_width() - len(indent)))}"
        )
    return lines


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Return text in lines that are not too long.

    Args:
        text: The text.
        first: What stands in front of the first line.
        rest: What stands in front of the others.
    """
    return textwrap.fill(
        plain(text),
        line_width(),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
