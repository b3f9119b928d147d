"""Schedules that follow a cosine wave, once or with restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.errors import ConfigurationError
from ranvier.functions import schedules
from ranvier.optimizers.checks import number, optional_number
from ranvier.optimizers.schedules.base import LearningRateSchedule

if TYPE_CHECKING:
    from ranvier.functions.schedules import Rates


class CosineDecay(LearningRateSchedule):
    """The rate falls along half a cosine wave, after an optional straight rise (warm-up).

    ``peak * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha)``, where ``peak`` is
    ``warmup_target`` if given, else ``initial_learning_rate``.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: The length of the fall, in steps; it begins when the rise ends.
        alpha: The rate at the end as a fraction of the peak.
        name: A label.
        warmup_target: The rate at the end of the rise; no rise when None.
        warmup_steps: The length of the rise, in steps.

    Example:
        >>> float(CosineDecay(0.0, decay_steps=10, warmup_target=1.0, warmup_steps=4)(2))
        0.5

    Source: Loshchilov & Hutter (2017), https://arxiv.org/abs/1608.03983.
    """

    arguments = ("initial_learning_rate", "decay_steps", "alpha", "name", "warmup_target", "warmup_steps")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str | None = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        number("initial_learning_rate", initial_learning_rate)
        number("decay_steps", decay_steps, low_open=True)
        number("alpha", alpha)
        optional_number("warmup_target", warmup_target)
        number("warmup_steps", warmup_steps)
        if warmup_target is None and warmup_steps > 0:
            raise ConfigurationError(
                f"`warmup_steps` needs `warmup_target`, the rate at the end of the rise; received: "
                f"warmup_steps={warmup_steps} and no target. Set `warmup_target`, or leave both out."
            )
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def rates(self, steps: Any) -> Rates:
        """Return the learning rates after ``steps`` steps."""
        return schedules.cosine_decay(
            steps,
            initial=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            alpha=self.alpha,
            warmup_target=self.warmup_target,
            warmup_steps=self.warmup_steps,
        )


class CosineDecayRestarts(LearningRateSchedule):
    """The rate falls along half a cosine wave, starts again higher up, and falls more slowly each time.

    Args:
        initial_learning_rate: The rate at step 0.
        first_decay_steps: The length of the first period, in steps.
        t_mul: The length of a period over that of the one before; at least 1.
        m_mul: The height of a period over that of the one before.
        alpha: The lowest rate as a fraction of ``initial_learning_rate``.
        name: A label.

    Example:
        >>> [float(rate) for rate in CosineDecayRestarts(1.0, first_decay_steps=10).rates([0, 5, 10, 20])]
        [1.0, 0.5, 1.0, 0.5]

    Source: Loshchilov & Hutter (2017), https://arxiv.org/abs/1608.03983.
    """

    arguments = ("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha", "name")

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str | None = "SGDRDecay",
    ) -> None:
        number("initial_learning_rate", initial_learning_rate)
        number("first_decay_steps", first_decay_steps, low_open=True)
        number("t_mul", t_mul, low=1.0)
        number("m_mul", m_mul)
        number("alpha", alpha)
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def rates(self, steps: Any) -> Rates:
        """Return the learning rates after ``steps`` steps."""
        return schedules.cosine_decay_restarts(
            steps,
            initial=self.initial_learning_rate,
            first_decay_steps=self.first_decay_steps,
            t_mul=self.t_mul,
            m_mul=self.m_mul,
            alpha=self.alpha,
        )
