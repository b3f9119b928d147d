"""What the values of a column are like, for people to read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column

_BINS = 24
_HUGE = 1e150  # from which on squares are too large for a number
_MOST_COMMON = 8
_QUANTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class ColumnStatistics:
    """What the values of a column are like.

    Attributes:
        name: Its name.
        type: What its values are.
        rows: How many rows there are.
        missing: How many of them have no value.
        distinct: How many different values there are.
        low: The smallest number or first date, as text for a date; None for text.
        high: The largest, likewise.
        mean: The mean of numbers.
        deviation: Their standard deviation.
        quartiles: A quarter, half and three quarters of them are not above these.
        histogram: How many fall into each of equally wide bins from the smallest to the largest.
        common: The most frequent values of text and truth values, each with its count.
    """

    name: str
    type: str
    rows: int
    missing: int
    distinct: int
    low: float | int | str | None = None
    high: float | int | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quartiles: tuple[float, ...] | None = None
    histogram: tuple[int, ...] | None = None
    common: tuple[tuple[str, int], ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is known as JSON types."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def statistics_of(column: Column, values: Any) -> ColumnStatistics:
    """Describe the values of a column.

    Args:
        column: The column.
        values: Its values, an Arrow array.
    """
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    given = pc.drop_null(array)
    kind = array.type
    facts: dict[str, Any] = {}
    if len(given):
        if pa.types.is_timestamp(kind):
            facts = _of_dates(given)
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
            facts = _of_numbers(given)
        else:
            facts = _of_words(given)
    return ColumnStatistics(
        name=column.name,
        type=column.type,
        rows=len(array),
        missing=array.null_count,
        distinct=pc.count_distinct(array, mode="only_valid").as_py(),
        **facts,
    )


def _of_numbers(given: Any) -> dict[str, Any]:
    numbers = pc.cast(given, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    whole = pa.types.is_integer(given.type)
    low, high = pc.min(given).as_py(), pc.max(given).as_py()
    size = float(np.abs(numbers).max())
    size = size if size > _HUGE else 1.0
    return {
        "low": low,
        "high": high,
        "mean": float((numbers / size).mean() * size),
        "deviation": float((numbers / size).std() * size),
        "quartiles": tuple(float(each) for each in np.quantile(numbers, _QUANTILES)),
        "histogram": _histogram(numbers, whole=whole),
    }


def _of_dates(given: Any) -> dict[str, Any]:
    moments = pc.cast(given, pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return {
        "low": _moment(pc.min(given).as_py()),
        "high": _moment(pc.max(given).as_py()),
        "histogram": _histogram(moments, whole=False),
    }


def _of_words(given: Any) -> dict[str, Any]:
    counts = pc.value_counts(pc.cast(given, pa.string()))
    pairs = [(each["values"], int(each["counts"])) for each in counts.to_pylist()]
    pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    return {"common": tuple(pairs[:_MOST_COMMON])}


def _moment(value: Any) -> str:
    text: str = value.isoformat(sep=" ", timespec="seconds")
    return text.removesuffix(" 00:00:00")


def _histogram(numbers: np.ndarray[Any, Any], *, whole: bool) -> tuple[int, ...]:
    low, high = float(numbers.min()), float(numbers.max())
    if not np.isfinite(high - low) or low == high:
        return (len(numbers),)
    bins = min(_BINS, int(high - low) + 1) if whole else _BINS
    edges = (low - 0.5, high + 0.5) if whole and bins < _BINS else (low, high)
    return tuple(int(each) for each in np.histogram(numbers, bins, edges)[0])
