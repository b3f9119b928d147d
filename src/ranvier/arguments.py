"""Checks of constructor arguments, with one sentence for each kind of mistake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.naming import automatic_name, snake_case


def checked_number(
    value: Any, name: str, minimum: float | None = None, maximum: float | None = None
) -> float:
    """Return a finite number as a float.

    Args:
        value: What the user gave.
        name: The argument's name, for the message.
        minimum: The smallest value allowed, or None.
        maximum: The largest value allowed, or None.

    Raises:
        ConfigurationError: If the value is no number, not finite, or out of range.
    """
    number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    low = minimum is not None and number and value < minimum
    high = maximum is not None and number and value > maximum
    if not number or low or high:
        limits = [] if minimum is None else [f"at least {minimum:g}"]
        limits += [] if maximum is None else [f"at most {maximum:g}"]
        raise ConfigurationError(
            f"`{name}` must be a finite number{''.join(f', {limit}' for limit in limits)}; "
            f"received: {value!r}."
        )
    return float(value)


def own_name(name: Any, kind: type[Any]) -> str:
    """Return a given name, or one made from the class, numbered.

    Args:
        name: The name, or None.
        kind: The class of what is named.

    Raises:
        ConfigurationError: If it is no string.
    """
    if name is None:
        return automatic_name(snake_case(kind.__name__))
    if not isinstance(name, str):
        raise ConfigurationError(f"`name` must be a string; received: {name!r:.100}.")
    return str(name)


def plain_integers(value: Any) -> Any:
    """Return NumPy's integers, such as ``np.prod(shape)`` gives, as Python's; also those in a list or tuple.

    Args:
        value: What the user gave; anything else comes back as it is.
    """
    if type(value) in (list, tuple):
        return type(value)(plain_integers(each) for each in value)
    return int(value) if isinstance(value, np.integer) else value


def checked_axes(axis: Any, name: str = "axis") -> int | tuple[int, ...]:
    """Return an axis as an integer, several as a tuple.

    Args:
        axis: What the user gave.
        name: The argument's name, for the message.

    Raises:
        ConfigurationError: If it is no integer and no list of integers.
    """
    axis = plain_integers(axis)
    several = isinstance(axis, Sequence) and not isinstance(axis, str)
    axes = tuple(axis) if several else (axis,)
    if not axes or any(isinstance(single, bool) or not isinstance(single, int) for single in axes):
        raise ConfigurationError(f"`{name}` must be an integer or a list of integers; received: {axis!r}.")
    return axes if several else axes[0]
