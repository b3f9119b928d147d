"""Probabilities that mean what they say: one number by which all logits are divided."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import minimize_scalar

from ranvier.estimators.tables.scoring import log_softmax

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_WIDEST = 3.0


def temperature(outputs: HostArray, targets: HostArray, weights: HostArray) -> float:
    r"""Return the temperature that makes the cross-entropy smallest.

    .. math:: \min_T -\sum_i w_i \log softmax(z_i / T)_{y_i}

    Args:
        outputs: Logits, or logarithms of probabilities, of shape (rows, classes).
        targets: Labels of shape (rows,).
        weights: What each row counts.

    Source: Guo et al., On calibration of modern neural networks (2017), https://arxiv.org/abs/1706.04599.
    """
    chosen = np.arange(len(targets))
    exact = outputs.astype(np.float64)

    def surprise(logarithm: float) -> float:
        return -float(np.average(log_softmax(exact / np.exp(logarithm))[chosen, targets], weights=weights))

    found = minimize_scalar(surprise, bounds=(-_WIDEST, _WIDEST), method="bounded")
    return float(np.exp(found.x))
