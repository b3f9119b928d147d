"""Arguments of losses, checked once when the loss is made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError

if TYPE_CHECKING:
    from ranvier.functions.losses.shapes import Axes


def number(name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """Return a finite number in [low, high] as a Python float.

    Raises:
        ConfigurationError: If it is no such number.
    """
    good = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not good or not math.isfinite(value) or not low <= value <= high:
        bounds = "" if math.isinf(low) else f" of at least {low:g}"
        bounds = bounds if math.isinf(high) else f" from {low:g} to {high:g}"
        raise ConfigurationError(f"`{name}` must be a number{bounds}; received: {value!r}.")
    return float(value)


def flag(name: str, value: Any) -> bool:
    """Return True or False.

    Raises:
        ConfigurationError: If it is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise ConfigurationError(f"`{name}` must be True or False; received: {value!r}.")
    return bool(value)


def whole(name: str, value: Any) -> int:
    """Return an integer.

    Raises:
        ConfigurationError: If it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ConfigurationError(f"`{name}` must be an integer; received: {value!r}.")
    return int(value)


def axes(name: str, value: Any) -> int | tuple[int, ...] | None:
    """Return an axis, several axes as a tuple, or None for all.

    Raises:
        ConfigurationError: If it is none of these.
    """
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return tuple(whole(name, each) for each in value)
    return whole(name, value)


def spares_batch(axis: Axes) -> bool:
    """Whether a reduction over these axes leaves the rows of the batch apart."""
    if axis is None:
        return False
    return 0 not in (axis if isinstance(axis, tuple | list) else (axis,))
