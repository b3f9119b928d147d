"""Columns of Python objects: what kind of values they hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np

from ranvier.errors import DataTypeError
from ranvier.estimators.tables.texts import Texts, is_missing, seconds_since_1970, texts_of

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_BOOLEANS = (bool, np.bool_)
_INTEGERS = (int, np.integer)
_NUMBERS = (int, float, np.integer, np.floating, Decimal, Fraction)
_DATES = (date, np.datetime64)
_LENGTHS = (timedelta, np.timedelta64)


def values_of_objects(
    values: Sequence[Any], name: str
) -> tuple[Literal["number", "integer", "boolean", "text", "date", "empty"], HostArray | Texts]:
    """Bring Python objects into one form.

    Args:
        values: The objects.
        name: The column, for messages.

    Returns:
        What they are, and numbers with NaN where there is none, seconds since 1970 of dates, or texts.

    Raises:
        DataTypeError: If there are others than numbers, texts, truth values, dates and times among them.
    """
    kinds = {type(value) for value in values}
    kinds = {kind for kind in kinds if kind is not type(None) and kind.__name__ not in ("NAType", "NaTType")}
    for kind in kinds:
        if not issubclass(kind, (str, *_BOOLEANS, *_NUMBERS, *_DATES, *_LENGTHS, time)):
            example = next(value for value in values if type(value) is kind)
            raise DataTypeError(
                f"The column {name!r} must hold numbers, texts, truth values, dates or times: the argument must be a "
                f"string or a real number; received: {example!r:.80} ({kind.__name__}). Leave the column out, or take "
                "what counts out of it into columns of their own."
            )
    if not kinds or all(is_missing(value) for value in values):
        return "empty", np.full(len(values), np.nan)
    if _all(kinds, _BOOLEANS):
        return "boolean", texts_of(values)
    # NumPy's time spans are integers to Python.
    if any(issubclass(kind, _LENGTHS) for kind in kinds) and _all(kinds, (*_LENGTHS, float)):
        return "number", _converted(values, _length)
    if not any(issubclass(kind, (*_BOOLEANS, *_LENGTHS)) for kind in kinds) and _all(kinds, _NUMBERS):
        whole = _all(kinds, _INTEGERS)
        return "integer" if whole else "number", _converted(values, _number)
    if _all(kinds, (*_DATES, float)):
        return "date", _converted(values, _moment)
    if _all(kinds, (time, float)):
        return "number", _converted(values, seconds_of_day)
    return "text", texts_of(values)


def seconds_of_day(value: Any) -> float:
    """Return how many seconds after midnight a time of the day is; NaN for none."""
    if is_missing(value):
        return math.nan
    return float(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)


def _all(kinds: set[type], allowed: tuple[type, ...]) -> bool:
    return all(issubclass(kind, allowed) for kind in kinds)


def _converted(values: Sequence[Any], convert: Any) -> HostArray:
    return np.array([math.nan if is_missing(value) else convert(value) for value in values], np.float64)


def _number(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer beyond the largest float
        return math.inf if value > 0 else -math.inf


def _moment(value: Any) -> float:
    if isinstance(value, np.datetime64):
        return float(value.astype("datetime64[us]").astype(np.int64)) / 1e6
    if isinstance(value, datetime | date):
        return seconds_since_1970(value)
    return math.nan


def _length(value: Any) -> float:
    if isinstance(value, np.timedelta64):
        return float(value.astype("timedelta64[us]").astype(np.int64)) / 1e6
    return float(value.total_seconds()) if isinstance(value, timedelta) else math.nan
