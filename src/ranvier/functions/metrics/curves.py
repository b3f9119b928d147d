"""Areas under curves, and points on them, from confusion counts; on the host.

Sources: T. Fawcett, "An introduction to ROC analysis", 2006; J. Davis and M. Goadrich, "The
relationship between Precision-Recall and ROC curves", 2006; P. Flach and M. Kull,
"Precision-Recall-Gain curves", 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ranvier.functions.metrics.confusion import Confusion

CURVES = ("ROC", "PR", "PRGAIN")
SUMMATION_METHODS = ("interpolation", "minoring", "majoring")


def ratio(numerator: Any, denominator: Any) -> np.ndarray[Any, Any]:
    """Divide, giving 0 where the denominator is 0.

    Args:
        numerator: Any shape.
        denominator: A shape that broadcasts with it.

    Returns:
        The quotients, float64.
    """
    numerator, denominator = np.broadcast_arrays(
        np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    )
    quotient = np.zeros(numerator.shape)
    np.divide(numerator, denominator, out=quotient, where=denominator != 0)
    return quotient


def precision(counts: Confusion) -> np.ndarray[Any, Any]:
    """Return the share of positive predictions that are right."""
    return ratio(counts.true_positives, counts.true_positives + counts.false_positives)


def recall(counts: Confusion) -> np.ndarray[Any, Any]:
    """Return the share of positive targets that are found; also called sensitivity."""
    return ratio(counts.true_positives, counts.true_positives + counts.false_negatives)


def specificity(counts: Confusion) -> np.ndarray[Any, Any]:
    """Return the share of negative targets that are left alone."""
    return ratio(counts.true_negatives, counts.true_negatives + counts.false_positives)


def best_under_constraint(
    constrained: np.ndarray[Any, Any], dependent: np.ndarray[Any, Any], value: float
) -> float:
    """Return the largest of one rate where another reaches a value; 0 where it never does.

    Args:
        constrained: The rate that must reach ``value``, one for each threshold.
        dependent: The rate wanted, one for each threshold.
        value: The smallest allowed.
    """
    # float32, so that a rate such as 0.6 computed from rounded weights still reaches 0.6.
    feasible = constrained.astype(np.float32) >= np.float32(value)
    return float(np.max(np.where(feasible, dependent, 0.0), initial=0.0))


def area_under_curve(counts: Confusion, curve: str, summation_method: str) -> np.ndarray[Any, Any]:
    """Sum the area under a curve given at falling recall.

    Args:
        counts: Of shape ``(thresholds, ...)``, thresholds rising.
        curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``.
        summation_method: ``"interpolation"`` (for PR that of Davis and Goadrich, else trapezoids),
            ``"minoring"`` or ``"majoring"`` (the lower or the higher end of each interval).

    Returns:
        The area, shape ``(...)``.
    """
    if curve == "PR" and summation_method == "interpolation":
        return _interpolated_precision_recall(counts)
    if curve == "ROC":
        negatives = counts.false_positives + counts.true_negatives
        x, y = ratio(counts.false_positives, negatives), recall(counts)
    elif curve == "PR":
        x, y = recall(counts), precision(counts)
    else:
        x, y = _gains(counts)
    heights = {
        "interpolation": (y[:-1] + y[1:]) / 2.0,
        "minoring": np.minimum(y[:-1], y[1:]),
        "majoring": np.maximum(y[:-1], y[1:]),
    }[summation_method]
    return np.asarray(np.sum((x[:-1] - x[1:]) * heights, axis=0))


def _gains(counts: Confusion) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return recall gain and precision gain; without true positives 0 and 1, never below 0 in recall."""
    found, false, right, missed = counts
    odds = ratio(found + missed, right + false)
    recall_gain = np.maximum(1.0 - odds * ratio(missed, found), 0.0)
    precision_gain = 1.0 - odds * ratio(false, found)
    return np.where(found == 0, 0.0, recall_gain), np.where(found == 0, 1.0, precision_gain)


def _interpolated_precision_recall(counts: Confusion) -> np.ndarray[Any, Any]:
    """Let true positives and predicted positives run linearly between thresholds; integrate precision.

    On an interval with slope s = ΔTP / ΔP and intercept i = TP_B - s P_B the integral of precision over
    recall is s (ΔTP + i log(P_A / P_B)) / positives (Davis and Goadrich, section 4).
    """
    found = counts.true_positives
    predicted = found + counts.false_positives
    gained = found[:-1] - found[1:]
    slope = ratio(gained, np.maximum(predicted[:-1] - predicted[1:], 0.0))
    intercept = found[1:] - slope * predicted[1:]
    both = (predicted[:-1] > 0) & (predicted[1:] > 0)
    growth = np.where(both, ratio(predicted[:-1], np.maximum(predicted[1:], 0.0)), 1.0)
    area = slope * (gained + intercept * np.log(growth))
    positives = np.maximum(found[1:] + counts.false_negatives[1:], 0.0)
    return np.asarray(np.sum(ratio(area, positives), axis=0))
