"""Numbers brought to a common size, whatever their unit and however wild their largest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

HostArray: TypeAlias = "np.ndarray[Any, Any]"

LARGEST = 3.0
"""What the scaled numbers stay below."""


@dataclass
class RobustScaling:
    r"""Distances from the median in units of the range of the middle half, smoothly clipped to (-3, 3).

    .. math:: z = (x - m) f, \qquad y = z / \sqrt{1 + (z / 3)^2}

    f is 1 / (q75 - q25), or where that is no number, 2 / (max - min), or where all are equal, 0.

    Attributes:
        medians: m of each column, float64.
        factors: f of each column, float64.

    Source: Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491.
    """

    medians: HostArray
    factors: HostArray

    @staticmethod
    def learn(numbers: HostArray) -> RobustScaling:
        """Learn from rows.

        Args:
            numbers: float64 of shape (rows, columns), without NaN; infinite ones do not count.
        """
        medians = np.zeros(numbers.shape[1])
        factors = np.zeros(numbers.shape[1])
        for position in range(numbers.shape[1]):
            column = numbers[:, position]
            finite = column[np.isfinite(column)]
            if len(finite):
                medians[position], factors[position] = _scale(finite)
        return RobustScaling(medians, factors)

    def scaled(self, numbers: HostArray) -> HostArray:
        """Scale rows.

        Args:
            numbers: float64 of shape (rows, columns), without NaN.

        Returns:
            float32 of the same shape, in [-3, 3].
        """
        with np.errstate(over="ignore", invalid="ignore"):
            distances = (numbers - self.medians) * self.factors
            scaled = distances / np.hypot(1.0, distances / LARGEST)
        # What overflows is as far away as can be; of an infinite number times 0 nothing is known.
        far = ~np.isfinite(scaled)
        if far.any():
            scaled = np.where(far, LARGEST * np.sign(np.nan_to_num(distances)), scaled)
        return scaled.astype(np.float32)


def _scale(finite: HostArray) -> tuple[float, float]:
    low, middle, high = np.quantile(finite, (0.25, 0.5, 0.75))
    with np.errstate(over="ignore", divide="ignore"):
        width = high - low
        if width == 0.0:
            width = 0.5 * (finite.max() - finite.min())
        factor = float(1.0 / width) if width > 0.0 else 0.0
    return float(middle), factor if np.isfinite(factor) else 0.0
