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

    .. math:: \min_T -\sum_i w_i \sum_k q_{ik} \log softmax(z_i / T)_k

    The labels q are not quite sure, as those of one more row of each kind would make them: 1 - 1 / (n + 2) on the
    label of each of the n rows. So rows that are all right do not make the probabilities 0 and 1.

    Args:
        outputs: Logits, or logarithms of probabilities, of shape (rows, classes).
        targets: Labels of shape (rows,).
        weights: What each row counts.

    Source: Guo et al., On calibration of modern neural networks (2017), https://arxiv.org/abs/1706.04599; the unsure
    labels are those of Platt (1999).
    """
    chosen = np.arange(len(targets))
    exact = outputs.astype(np.float64)
    doubt = 1.0 / (len(targets) + 2.0)

    def surprise(logarithm: float) -> float:
        found = log_softmax(exact / np.exp(logarithm))
        right = found[chosen, targets]
        others = (found.sum(axis=1) - right) / max(found.shape[1] - 1, 1)
        return -float(np.average((1.0 - doubt) * right + doubt * others, weights=weights))

    found = minimize_scalar(surprise, bounds=(-_WIDEST, _WIDEST), method="bounded")
    return float(np.exp(found.x))
