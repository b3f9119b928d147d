"""What every learning-rate schedule is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ranvier.errors import UnsupportedError
from ranvier.host_values import with_numpy_method

if TYPE_CHECKING:
    from ranvier.functions.schedules import Rates
    from ranvier.types import Configuration


class LearningRateSchedule:
    """A learning rate that depends on the number of steps taken.

    A schedule of your own overrides ``__call__(step)``, as in Keras; it is called on the host, once
    for each step. The built-in ones override :meth:`rates` and compute a whole epoch at once.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 * 0.5 ** (step // 1000)
        >>> float(Halving()(1500))
        0.05
    """

    arguments: ClassVar[tuple[str, ...]] = ()
    """The names of the constructor's arguments, each also an attribute."""

    def rates(self, steps: Any) -> Rates:  # noqa: ARG002
        """Return the learning rates after ``steps`` steps, of any shape, in float64."""
        raise UnsupportedError(
            f"The learning-rate schedule {type(self).__name__!r} defines neither `__call__(self, step)` "
            f"nor `rates(self, steps)`; define the first."
        )

    def __call__(self, step: Any) -> Any:
        """Return the learning rate after ``step`` steps: a number for a number, an array for an array."""
        return with_numpy_method(self.rates(step)[()])

    def table(self, steps: Any) -> Rates:
        """Return the learning rates of many steps, whichever of the two methods is overridden.

        Args:
            steps: Integers, shape (count,).

        Returns:
            float64, shape (count,).
        """
        if type(self).__call__ is LearningRateSchedule.__call__:
            return np.asarray(self.rates(steps), dtype=np.float64)
        # A first step of 0 divides by zero in many a warm-up formula, whose minimum then drops the infinity.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.array(
                [float(self(step)) for step in np.asarray(steps, dtype=np.int64)], dtype=np.float64
            )

    def get_config(self) -> Configuration:
        """Return the arguments that build this schedule again."""
        if not self.arguments:
            raise UnsupportedError(
                f"The learning-rate schedule {type(self).__name__!r} cannot be saved, because it has no "
                f"`get_config` method; define one that returns the constructor's arguments by name."
            )
        return {name: getattr(self, name) for name in self.arguments}

    @classmethod
    def from_config(cls, config: Configuration) -> LearningRateSchedule:
        """Build the schedule that :meth:`get_config` described."""
        return cls(**config)
