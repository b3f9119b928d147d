"""Checks of the numbers that a user hands to an optimizer or a schedule."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError


def number(
    name: str,
    received: Any,
    *,
    low: float = 0.0,
    high: float = math.inf,
    low_open: bool = False,
    high_open: bool = False,
) -> float:
    """Return an argument as a float, or say what it should have been.

    Args:
        name: The argument, for the message.
        received: What came: a Python or NumPy number, or an array without axes.
        low: The smallest value allowed.
        high: The largest.
        low_open: Exclude ``low`` itself.
        high_open: Exclude ``high`` itself.

    Raises:
        ConfigurationError: If it is no finite number, or lies outside.
    """
    value = as_float(received)
    inside = value is not None and (
        low <= value <= high and not (low_open and value == low) and not (high_open and value == high)
    )
    if value is None or not inside:
        hint = " Leave it out for the default." if received is None else ""
        raise ConfigurationError(
            f"`{name}` must be a number {_interval(low, high, low_open, high_open)}; received: {received!r}.{hint}"
        )
    return value


def optional_number(name: str, received: Any, *, low: float = 0.0, low_open: bool = False) -> float | None:
    """Like :func:`number`, with None allowed and kept."""
    return None if received is None else number(name, received, low=low, low_open=low_open)


def whole_number(name: str, received: Any, *, low: int = 1) -> int:
    """Return an argument as an int of at least ``low``, or say what it should have been."""
    value = as_float(received)
    if value is None or value != int(value) or value < low:
        raise ConfigurationError(
            f"`{name}` must be a whole number from {low} upwards; received: {received!r}."
        )
    return int(value)


def as_float(received: Any) -> float | None:
    """Return a finite number as a float, and None for anything else."""
    if isinstance(received, bool | np.bool_ | str | bytes) or received is None:
        return None
    if getattr(received, "shape", ()) != ():
        return None
    try:
        value = float(received)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _interval(low: float, high: float, low_open: bool, high_open: bool) -> str:
    above = f"greater than {low:g}" if low_open else f"of at least {low:g}"
    if high == math.inf:
        return f"{above}"
    return f"{above} and {'less than' if high_open else 'at most'} {high:g}"
