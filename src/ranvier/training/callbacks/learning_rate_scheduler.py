"""A learning rate that a function of the epoch gives."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.progress.terminal import print_message

if TYPE_CHECKING:
    from collections.abc import Callable
from ranvier.training.callbacks.hooks import is_ours


class LearningRateScheduler(Callback):
    """Set the learning rate before every epoch.

    The learning rate in force joins the logs as ``learning_rate``.

    Args:
        schedule: Function of the epoch (counted from zero) and, if it takes two arguments, of the
            learning rate in force; returns the new learning rate.
        verbose: 1 to say what the learning rate becomes, 0 not to.

    Raises:
        ConfigurationError: When the function returns something that is no finite number.

    Example:
        >>> LearningRateScheduler(lambda epoch, rate: rate if epoch < 10 else rate * 0.9).verbose
        0
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask the schedule and set its answer."""
        optimizer = self.model.optimizer
        if _takes_two(self.schedule):
            answer = self.schedule(epoch, float(optimizer.learning_rate))
        else:
            answer = self.schedule(epoch)
        rate = _checked(answer)
        optimizer.learning_rate = rate
        if self.verbose > 0:
            print_message(
                f"Epoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.", below_bar=True
            )

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the learning rate to the logs."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


def _takes_two(schedule: Callable[..., Any]) -> bool:
    """Tell from the signature: an error inside the function must not look like a wrong call."""
    try:
        signature = inspect.signature(schedule)
    except (TypeError, ValueError):  # some built-in functions have none
        return True
    try:
        signature.bind(0, 0.0)
    except TypeError:
        return False
    return True


def _checked(answer: Any) -> float:
    number = not isinstance(answer, bool | str) and np.ndim(answer) == 0 and hasattr(answer, "__float__")
    rate = float(answer) if number else math.nan
    if not math.isfinite(rate):
        raise ConfigurationError(
            "The `schedule` of LearningRateScheduler must return the learning rate, a finite number; "
            f"received: {answer!r:.100}."
        )
    return rate
