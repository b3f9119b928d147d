"""How learning rate and weight decay change in the course of a training."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ranvier.optimizers.schedules import LearningRateSchedule

HostArray: TypeAlias = "np.ndarray[Any, Any]"


class FourCosines(LearningRateSchedule):
    r"""Four waves from 0 to the highest rate and back, each twice as long as the one before.

    .. math:: r(t) = \tfrac{1}{2} r (1 - \cos(2 \pi \log_2(1 + 15 t)))

    Args:
        learning_rate: The highest rate r.
        steps: The number of steps of the training; t is the share of those that are done.

    Source: the schedule "coslog4" of Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491.
    """

    arguments = ("learning_rate", "steps")

    def __init__(self, learning_rate: float, steps: int) -> None:
        self.learning_rate = float(learning_rate)
        self.steps = int(steps)

    def rates(self, steps: Any) -> HostArray:
        """Return the learning rates after ``steps`` steps, of any shape, in float64."""
        share = np.minimum(np.asarray(steps, np.float64) / self.steps, 1.0)
        waves = np.log2(1.0 + 15.0 * share)
        return np.asarray(self.learning_rate * 0.5 * (1.0 - np.cos(2.0 * np.pi * waves)))


def flat_then_cosine(share: HostArray) -> HostArray:
    """Return 1 for the first half of a training, then half a cosine wave down to 0.

    Args:
        share: The share of the steps that are done, in [0, 1].
    """
    share = np.clip(share, 0.0, 1.0)
    return np.where(share <= 0.5, 1.0, 0.5 * (1.0 + np.cos(np.pi * (2.0 * share - 1.0))))
