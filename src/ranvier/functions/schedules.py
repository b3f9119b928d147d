"""Learning rates as functions of the step: plain NumPy, for a single step or a whole table of them.

They are computed in float64 on the host; a training program only ever sees the resulting numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

Rates: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
"""Learning rates, one for each step asked for."""


def _float64(steps: Any) -> Rates:
    return np.asarray(steps, dtype=np.float64)


def exponential_decay(
    steps: Any, *, initial: float, decay_steps: float, decay_rate: float, staircase: bool = False
) -> Rates:
    """Multiply the rate by a constant factor per period: ``initial * decay_rate ** (step / decay_steps)``.

    Args:
        steps: Numbers of steps taken, of any shape.
        initial: The rate at step 0.
        decay_steps: The length of a period.
        decay_rate: The factor per period.
        staircase: Count whole periods only.

    Returns:
        The rates, shaped like ``steps``.
    """
    periods = _float64(steps) / decay_steps
    return np.asarray(initial * np.power(decay_rate, np.floor(periods) if staircase else periods))


def inverse_time_decay(
    steps: Any, *, initial: float, decay_steps: float, decay_rate: float, staircase: bool = False
) -> Rates:
    """Divide the rate by a number that grows with time: ``initial / (1 + decay_rate * step / decay_steps)``.

    Args:
        steps: Numbers of steps taken, of any shape.
        initial: The rate at step 0.
        decay_steps: The length of a period.
        decay_rate: How much the divisor grows per period.
        staircase: Count whole periods only.

    Returns:
        The rates, shaped like ``steps``.
    """
    periods = _float64(steps) / decay_steps
    return np.asarray(initial / (1.0 + decay_rate * (np.floor(periods) if staircase else periods)))


def piecewise_constant(steps: Any, *, boundaries: Sequence[float], values: Sequence[float]) -> Rates:
    """Hold one rate up to and including each boundary, then the next.

    Args:
        steps: Numbers of steps taken, of any shape.
        boundaries: The last step of each piece but the final one, increasing.
        values: The rate of each piece, one more than ``boundaries``.

    Returns:
        The rates, shaped like ``steps``.
    """
    pieces = np.searchsorted(_float64(boundaries), _float64(steps), side="left")
    return np.asarray(_float64(values)[pieces])


def polynomial_decay(
    steps: Any, *, initial: float, decay_steps: float, end: float, power: float, cycle: bool = False
) -> Rates:
    """Go from one rate to another along ``(initial - end) * (1 - step / decay_steps) ** power + end``.

    Args:
        steps: Numbers of steps taken, of any shape.
        initial: The rate at step 0.
        decay_steps: The step at which ``end`` is reached.
        end: The rate from then on.
        power: The exponent; 1 is a straight line.
        cycle: Stretch ``decay_steps`` to its next multiple each time it is reached.

    Returns:
        The rates, shaped like ``steps``.
    """
    taken = _float64(steps)
    length = decay_steps * np.maximum(1.0, np.ceil(taken / decay_steps)) if cycle else _float64(decay_steps)
    remaining = 1.0 - np.minimum(taken, length) / length
    return np.asarray((initial - end) * np.power(remaining, power) + end)


def cosine_decay(
    steps: Any,
    *,
    initial: float,
    decay_steps: float,
    alpha: float = 0.0,
    warmup_target: float | None = None,
    warmup_steps: float = 0,
) -> Rates:
    """Fall along half a cosine wave, after an optional straight rise.

    ``peak * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha)``, where ``peak`` is
    ``warmup_target`` if there is one (and steps count from the end of the rise), else ``initial``.

    Args:
        steps: Numbers of steps taken, of any shape.
        initial: The rate at step 0.
        decay_steps: The length of the fall.
        alpha: The rate at the end as a fraction of the peak.
        warmup_target: The rate at the end of the rise; no rise when None.
        warmup_steps: The length of the rise.

    Returns:
        The rates, shaped like ``steps``.

    Source: Loshchilov & Hutter (2017), https://arxiv.org/abs/1608.03983; the rise, Goyal et al. (2017),
    https://arxiv.org/abs/1706.02677.
    """
    rise = 0.0 if warmup_target is None else float(warmup_steps)
    peak = initial if warmup_target is None else warmup_target
    taken = _float64(steps)
    fallen = np.clip((taken - rise) / decay_steps, 0.0, 1.0)
    falling = peak * ((1.0 - alpha) * 0.5 * (1.0 + np.cos(np.pi * fallen)) + alpha)
    if rise <= 0.0:
        return np.asarray(falling)
    return np.where(taken < rise, initial + (peak - initial) * taken / rise, falling)


def cosine_decay_restarts(
    steps: Any,
    *,
    initial: float,
    first_decay_steps: float,
    t_mul: float = 2.0,
    m_mul: float = 1.0,
    alpha: float = 0.0,
) -> Rates:
    """Fall along half a cosine wave again and again, each time more slowly and from another height.

    In the period numbered ``i``, of length ``first_decay_steps * t_mul ** i``, at the fraction ``f`` of it:
    ``initial * ((1 - alpha) * m_mul ** i * (1 + cos(pi * f)) / 2 + alpha)``.

    Args:
        steps: Numbers of steps taken, of any shape.
        initial: The rate at step 0.
        first_decay_steps: The length of the first period.
        t_mul: The length of a period over that of the one before; at least 1.
        m_mul: The height of a period over that of the one before.
        alpha: The lowest rate as a fraction of ``initial``.

    Returns:
        The rates, shaped like ``steps``.

    Source: Loshchilov & Hutter (2017), https://arxiv.org/abs/1608.03983.
    """
    elapsed = _float64(steps) / first_decay_steps
    if t_mul == 1.0:
        period = np.floor(elapsed)
        fraction = elapsed - period
    else:
        period = np.floor(np.log1p(elapsed * (t_mul - 1.0)) / np.log(t_mul))
        # The quotient of logarithms may miss a whole number by one bit, which would be a whole period.
        period = period + (_periods_length(period + 1.0, t_mul) <= elapsed)
        period = period - (_periods_length(period, t_mul) > elapsed)
        fraction = (elapsed - _periods_length(period, t_mul)) / np.power(t_mul, period)
    wave = 0.5 * np.power(m_mul, period) * (1.0 + np.cos(np.pi * fraction))
    return np.asarray(initial * ((1.0 - alpha) * wave + alpha))


def _periods_length(number: Rates, t_mul: float) -> Rates:
    """The length of the first ``number`` periods, in units of the first."""
    return np.asarray((1.0 - np.power(t_mul, number)) / (1.0 - t_mul))
