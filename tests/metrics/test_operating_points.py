from __future__ import annotations

import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ConfigurationError

TARGETS, SCORES = [0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]


@pytest.mark.parametrize(
    ("metric", "expected", "weighted"),
    [
        (metrics.SensitivityAtSpecificity(0.5), 0.5, 1 / 3),
        (metrics.SpecificityAtSensitivity(0.5), 2 / 3, 0.25),
        (metrics.PrecisionAtRecall(0.5), 0.5, 0.5),
        (metrics.RecallAtPrecision(0.5), 1.0, 1.0),
    ],
)
def test_by_hand(metric: metrics.Metric, expected: float, weighted: float) -> None:
    assert metric(TARGETS, SCORES) == pytest.approx(expected)
    metric.reset_state()
    # Below 0.3: TP 3 of 3, FP 3 of 4. From 0.3 to 0.8: TP 1, FP 1.
    assert metric(TARGETS, SCORES, sample_weight=[1, 2, 1, 2, 1]) == pytest.approx(weighted)


def test_value_that_is_never_reached() -> None:
    assert metrics.RecallAtPrecision(0.9)([1, 0], [0.2, 0.8]) == 0.0


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        (metrics.SensitivityAtSpecificity, "specificity"),
        (metrics.SpecificityAtSensitivity, "sensitivity"),
        (metrics.PrecisionAtRecall, "recall"),
        (metrics.RecallAtPrecision, "precision"),
    ],
)
def test_options(kind, argument: str) -> None:
    metric = kind(0.25, num_thresholds=1)
    assert getattr(metric, argument) == metric.value == 0.25
    assert metric.thresholds == [0.5]
    for wrong in (-0.1, 1.1, None):
        with pytest.raises(ConfigurationError, match=f"`{argument}` must be"):
            kind(wrong)
    with pytest.raises(ConfigurationError, match="`num_thresholds`"):
        kind(0.5, num_thresholds=0)


def test_class_id() -> None:
    metric = metrics.PrecisionAtRecall(0.5, class_id=1)
    assert metric(np.array([[0, 1], [0, 0]]), np.array([[0.9, 0.9], [0.9, 0.1]])) == 1.0
