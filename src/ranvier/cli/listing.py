"""Lists and tables as lines for a terminal, or for a file that they are redirected to."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence

from ranvier.printable import printable

_NARROWEST, _WIDEST = 60, 100


def line_width() -> int:
    """Return how many characters a line may have; 80 where there is no terminal."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST), _WIDEST)


def plain(text: object) -> str:
    """Return text of a stranger's file in one line, without what would move a terminal's cursor."""
    return printable("".join(" " if each.isspace() else each for each in str(text)))


def wide(text: str) -> int:
    """Return how many places of a terminal a text takes: Chinese letters two each, accents of their own none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def cut(text: str, width: int) -> str:
    """Return text that is not wider than a width."""
    if wide(text) <= width:
        return text
    end = min(width, len(text))
    while end > 0 and wide(text[:end]) >= width:
        end -= 1
    return f"{text[:end]}…"


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
    widths = [max(wide(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            " " * (width - wide(cell)) + cell if place in right else cell + " " * (width - wide(cell))
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
