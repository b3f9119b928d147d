"""Numbers, values and columns in a few words."""

from __future__ import annotations

from ranvier.printable import printable
from ranvier.tables.statistics import ColumnStatistics

LONGEST_NAME = 60
_LONGEST = 40
_COMMON = 4


def counted(count: int, noun: str) -> str:
    """Return how many there are of something, such as ``1 row`` or ``2,000 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def number_text(value: float) -> str:
    """Return a number with about four digits, without an exponent where it can be read."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e9 or size < 1e-4:
        return f"{value:.3e}"
    return f"{value:,.0f}" if size >= 10_000 else f"{value:.4g}" if size >= 1 else f"{value:.4f}"


def values_text(each: ColumnStatistics) -> str:
    """Return the values of a column in a few words."""
    if each.mean is not None and each.quartiles is not None:
        low, high = float(each.low or 0), float(each.high or 0)
        return (
            f"{number_text(low)} to {number_text(high)}, median {number_text(each.quartiles[1])}, mean "
            f"{number_text(each.mean)}"
        )
    if each.low is not None:
        return f"{each.low} to {each.high}"
    if each.common:
        given = each.rows - each.missing
        parts = [f"{shortened(value)} {count / given:.0%}" for value, count in each.common[:_COMMON]]
        return ", ".join(parts) + (", …" if each.distinct > _COMMON else "")
    return ""


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return text in one line that is not too long."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
