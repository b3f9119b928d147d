"""Thresholds of classification metrics, checked and spread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ranvier.arguments import checked_number
from ranvier.errors import ConfigurationError

_MOST_THRESHOLDS = 1_000_000

BELOW_EVERYTHING = -1e10
"""The threshold that every prediction kept by ``top_k`` exceeds."""


def parsed_thresholds(thresholds: Any, default: float) -> tuple[float, ...]:
    """Return thresholds as a tuple of floats.

    Args:
        thresholds: One number in [0, 1], several, or None.
        default: What None stands for.

    Raises:
        ConfigurationError: If there are none, or one is no number in [0, 1].
    """
    if thresholds is None:
        return (default,)
    several = isinstance(thresholds, Iterable) and not isinstance(thresholds, str)
    parsed = tuple(
        checked_number(_plain(each), "thresholds", 0.0, 1.0)
        for each in (thresholds if several else (thresholds,))
    )
    if not parsed:
        raise ConfigurationError("`thresholds` must hold at least one number in [0, 1]; received: none.")
    return parsed


def evenly_spread(thresholds: Sequence[float]) -> bool:
    """Say whether thresholds run from 0 to 1 at equal distances, at least three of them."""
    count = len(thresholds)
    return count >= 3 and bool(np.allclose(thresholds, np.linspace(0.0, 1.0, count), atol=1e-7))


def spread_thresholds(count: Any, least: int) -> tuple[float, ...]:
    """Return numbers from 0 to 1 at equal distances; 0.5 where there is one.

    Args:
        count: How many.
        least: The fewest allowed.

    Raises:
        ConfigurationError: If ``count`` is no such integer.
    """
    whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
    if not whole or not least <= count <= _MOST_THRESHOLDS:
        raise ConfigurationError(
            f"`num_thresholds` must be an integer from {least} to {_MOST_THRESHOLDS:,}; received: {count!r:.50}."
        )
    return (0.5,) if count == 1 else tuple(index / (count - 1) for index in range(count))


def checked_index(value: Any, name: str, least: int) -> int | None:
    """Return an optional integer.

    Args:
        value: What the user gave.
        name: The argument's name, for the message.
        least: The smallest allowed.

    Raises:
        ConfigurationError: If it is neither None nor such an integer.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ConfigurationError(
            f"`{name}` must be None or an integer of at least {least}; received: {value!r}."
        )
    return int(value)


def _plain(number: Any) -> Any:
    return number.item() if isinstance(number, np.generic) else number
