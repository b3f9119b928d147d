"""The learning rate as users handle it: a number that can be set, a schedule, or a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.optimizers.checks import as_float
from ranvier.optimizers.schedules import LearningRateSchedule
from ranvier.variable import Variable

Schedule: TypeAlias = LearningRateSchedule | Callable[[], Any]
"""What decides the learning rate anew: a schedule of the step, or a function without arguments."""

LearningRate: TypeAlias = float | Schedule | Variable
"""What may be given as a learning rate."""


class RateVariable(Variable):
    """The box of a constant learning rate: it reads, prints and compares as the number it holds.

    It keeps the number in float64, so that what was written is what is read.
    """

    __slots__ = ()

    def __init__(self, rate: float, path: str = "learning_rate") -> None:
        super().__init__(rate, dtype="float64", trainable=False, name="learning_rate", path=path)

    def __eq__(self, other: object) -> bool:
        value = as_float(other)
        return value is not None and np.float32(float(self)) == np.float32(value)

    def __hash__(self) -> int:
        return id(self)

    def __format__(self, specification: str) -> str:
        return format(float(self), specification)


def checked_rate(received: Any) -> float | Schedule:
    """Return a learning rate as a float, or as the schedule or function that it is.

    Raises:
        ConfigurationError: If it is neither, or is negative or not finite.
    """
    if isinstance(received, LearningRateSchedule):
        return received
    value = as_float(received)
    if value is not None and value >= 0.0:
        return value
    if value is None and callable(received) and not isinstance(received, type):
        return received  # type: ignore[no-any-return]
    raise ConfigurationError(
        f"`learning_rate` must be a number of at least 0, a LearningRateSchedule, or a function without "
        f"arguments that returns a number; received: {received!r}."
    )


def rate_table(rate: float | Schedule, steps: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the learning rate of each step.

    Args:
        rate: A number, a schedule, or a function; the function is called once for the whole table.
        steps: The numbers of steps taken before, integers of shape (count,).

    Returns:
        float64, shape (count,).

    Raises:
        ConfigurationError: If a schedule gives a negative rate or none at all.
    """
    if isinstance(rate, LearningRateSchedule):
        table = rate.table(steps)
    elif callable(rate):
        value = as_float(rate())
        table = np.full(steps.shape, np.nan if value is None else value)
    else:
        table = np.full(steps.shape, rate, dtype=np.float64)
    wrong = ~(np.isfinite(table) & (table >= 0.0))
    if wrong.any():
        position = int(wrong.argmax())
        raise ConfigurationError(
            f"A learning rate must be a finite number of at least 0; "
            f"received: {table[position]} at step {int(steps[position])} from {rate!r}."
        )
    return table
