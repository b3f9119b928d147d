"""Dates as numbers: how much time has passed, and where in the year, the week and the day they lie."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

HostArray: TypeAlias = "np.ndarray[Any, Any]"

PARTS = (
    "elapsed",
    *(f"{period}_{wave}" for period in ("year", "week", "day") for wave in ("sine", "cosine")),
)
"""The names of the numbers that stand for a date."""

_DAY = 86_400.0
_FIRST_MONDAY = 4.0  # 1 January 1970 was a Thursday
_YEAR_ZERO, _LAST_YEAR = -62_135_596_800.0, 253_402_300_799.0


def date_parts(seconds: HostArray) -> dict[str, HostArray]:
    """Return the numbers that stand for dates.

    Args:
        seconds: Since 1970, float64 of shape (rows,), NaN where there is no date.

    Returns:
        By name: ``elapsed``, the days since 1970; sine and cosine of the place in the year, the week and the day.
    """
    inside = np.clip(seconds, _YEAR_ZERO, _LAST_YEAR)
    days = np.floor(inside / _DAY)
    parts = {"elapsed": seconds / _DAY}
    for name, share in (
        ("year", _share_of_year(inside)),
        ("week", np.mod(days - _FIRST_MONDAY, 7.0) / 7.0),
        ("day", inside / _DAY - days),
    ):
        parts[f"{name}_sine"] = np.sin(2.0 * np.pi * share)
        parts[f"{name}_cosine"] = np.cos(2.0 * np.pi * share)
    return parts


def _share_of_year(seconds: HostArray) -> HostArray:
    given = np.isfinite(seconds)
    moments = np.where(given, seconds, 0.0).astype(np.int64).astype("datetime64[s]")
    years = moments.astype("datetime64[Y]")
    begin = years.astype("datetime64[s]")
    length = (years + 1).astype("datetime64[s]") - begin
    share = (moments - begin).astype(np.float64) / length.astype(np.float64)
    return np.where(given, share, np.nan)
