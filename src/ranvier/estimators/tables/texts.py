"""Texts as codes and levels, and what texts may stand for: numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z")
_CODE = re.compile(r"\s*[+-]?0\d")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?\Z")


@dataclass(frozen=True)
class Texts:
    """A column of texts.

    Attributes:
        codes: int64 of shape (rows,), the position of each row's text in the levels, -1 where there is none.
        levels: The different texts, sorted.
    """

    codes: HostArray
    levels: tuple[str, ...]

    def counts(self) -> HostArray:
        """Return how often each level occurs."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    def as_numbers(self) -> HostArray | None:
        """Return the numbers that the texts stand for, or None if one stands for none.

        Digits that begin with a needless 0 are names, such as post codes.
        """
        if not self.levels or not all(_NUMBER.match(text) and not _CODE.match(text) for text in self.levels):
            return None
        return self._by_level([float(text) for text in self.levels])

    def as_dates(self) -> HostArray | None:
        """Return seconds since 1970 of dates in the form of ISO 8601, or None if one text is none."""
        if not self.levels or not all(_DATE.match(text) for text in self.levels):
            return None
        try:
            return self._by_level([seconds_since_1970(datetime.fromisoformat(text)) for text in self.levels])
        except ValueError:  # the form is right and the day does not exist
            return None

    def numbers_within(self) -> HostArray:
        """Return the numbers of those texts that stand for one, NaN elsewhere."""
        return self._by_level([float(text) if _NUMBER.match(text) else np.nan for text in self.levels])

    def dates_within(self) -> HostArray:
        """Return seconds since 1970 of those texts that are dates, NaN elsewhere."""
        return self._by_level([_date_or_nan(text) for text in self.levels])

    def _by_level(self, values: Sequence[float]) -> HostArray:
        return np.array([*values, np.nan])[self.codes]


def texts_of(values: Sequence[Any]) -> Texts:
    """Find the levels of a column.

    Args:
        values: Texts, truth values, numbers or dates, None (or a value that is not itself) where there is none.
    """
    positions: dict[Any, int] = {}
    first = np.fromiter(
        (positions.setdefault((type(value), value), len(positions)) for value in values),
        np.int64,
        len(values),
    )
    names = [None if is_missing(value) else text_of(value) for _, value in positions]
    levels = sorted({name for name in names if name is not None})
    place = {name: index for index, name in enumerate(levels)}
    codes = np.array([-1 if name is None else place[name] for name in names], np.int64)
    return Texts(codes[first] if len(codes) else first, tuple(levels))


def is_missing(value: Any) -> bool:
    """Tell whether a value stands for none: None, NaN, pandas' NA and NaT."""
    if value is None:
        return True
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return False


def text_of(value: Any) -> str:
    """Return the text by which a value is known as a level; a whole number is the same written as 2 or 2.0."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating | Decimal):
        number = float(value)
        return str(int(number)) if np.isfinite(number) and number == int(number) else repr(number)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def seconds_since_1970(moment: date | datetime) -> float:
    """Return the seconds from 1970 to a date or time; one without a zone is taken for UTC."""
    if not isinstance(moment, datetime):
        return float(np.datetime64(moment, "us").astype(np.int64)) / 1e6
    if moment.tzinfo is not None:
        return moment.timestamp()
    return float(np.datetime64(moment, "us").astype(np.int64)) / 1e6


def _date_or_nan(text: str) -> float:
    if not _DATE.match(text):
        return float("nan")
    try:
        return seconds_since_1970(datetime.fromisoformat(text))
    except ValueError:
        return float("nan")
