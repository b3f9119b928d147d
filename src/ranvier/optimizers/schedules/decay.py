"""Schedules that decay: exponentially, with time, in pieces, along a polynomial."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ranvier.errors import ConfigurationError
from ranvier.functions import schedules
from ranvier.optimizers.checks import number
from ranvier.optimizers.schedules.base import LearningRateSchedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.functions.schedules import Rates


class ExponentialDecay(LearningRateSchedule):
    """The rate shrinks by a constant factor per period: ``initial * decay_rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: The length of a period, in steps.
        decay_rate: The factor per period.
        staircase: Shrink at the end of each period only.
        name: A label.

    Example:
        >>> round(float(ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)(20)), 6)
        0.025
    """

    arguments = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase", "name")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str | None = "ExponentialDecay",
    ) -> None:
        number("initial_learning_rate", initial_learning_rate)
        number("decay_steps", decay_steps, low_open=True)
        number("decay_rate", decay_rate)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def rates(self, steps: Any) -> Rates:
        """Return the learning rates after ``steps`` steps."""
        return schedules.exponential_decay(
            steps,
            initial=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            decay_rate=self.decay_rate,
            staircase=self.staircase,
        )


class InverseTimeDecay(LearningRateSchedule):
    """The rate is divided by a growing number: ``initial / (1 + decay_rate * step / decay_steps)``.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: The length of a period, in steps.
        decay_rate: How much the divisor grows per period.
        staircase: Let it grow at the end of each period only.
        name: A label.

    Example:
        >>> float(InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)(2))
        0.05
    """

    arguments = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase", "name")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str | None = "InverseTimeDecay",
    ) -> None:
        number("initial_learning_rate", initial_learning_rate)
        number("decay_steps", decay_steps, low_open=True)
        number("decay_rate", decay_rate)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def rates(self, steps: Any) -> Rates:
        """Return the learning rates after ``steps`` steps."""
        return schedules.inverse_time_decay(
            steps,
            initial=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            decay_rate=self.decay_rate,
            staircase=self.staircase,
        )


class PiecewiseConstantDecay(LearningRateSchedule):
    """One rate up to and including each boundary, then the next.

    Args:
        boundaries: The last step of each piece but the final one, increasing.
        values: The rate of each piece; one more than ``boundaries``.
        name: A label.

    Example:
        >>> [float(rate) for rate in PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.1]).rates([10, 11, 21])]
        [1.0, 0.5, 0.1]
    """

    arguments = ("boundaries", "values", "name")

    def __init__(
        self, boundaries: Sequence[float], values: Sequence[float], name: str | None = "PiecewiseConstant"
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ConfigurationError(
                f"`values` must have one entry more than `boundaries`; "
                f"received: {len(values)} values and {len(boundaries)} boundaries."
            )
        if any(later <= earlier for earlier, later in itertools.pairwise(boundaries)):
            raise ConfigurationError(f"`boundaries` must increase; received: {list(boundaries)}.")
        for value in values:
            number("values", value)
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name

    def rates(self, steps: Any) -> Rates:
        """Return the learning rates after ``steps`` steps."""
        return schedules.piecewise_constant(steps, boundaries=self.boundaries, values=self.values)


class PolynomialDecay(LearningRateSchedule):
    """The rate goes to ``end`` along ``(initial - end) * (1 - step / decay_steps) ** power + end``.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: The step at which the end is reached.
        end_learning_rate: The rate from then on.
        power: The exponent; 1 is a straight line.
        cycle: Stretch ``decay_steps`` to its next multiple each time it is reached, so that the rate
            rises again.
        name: A label.

    Example:
        >>> float(PolynomialDecay(0.5, decay_steps=10, end_learning_rate=0.0)(5))
        0.25
    """

    arguments = ("initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle", "name")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str | None = "PolynomialDecay",
    ) -> None:
        number("initial_learning_rate", initial_learning_rate)
        number("decay_steps", decay_steps, low_open=True)
        number("end_learning_rate", end_learning_rate)
        number("power", power)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def rates(self, steps: Any) -> Rates:
        """Return the learning rates after ``steps`` steps."""
        return schedules.polynomial_decay(
            steps,
            initial=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            end=self.end_learning_rate,
            power=self.power,
            cycle=self.cycle,
        )
