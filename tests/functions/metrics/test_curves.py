from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ranvier.functions.metrics import Confusion, area_under_curve, compared, read_table, samples
from ranvier.functions.metrics.curves import best_under_constraint, precision, ratio, recall, specificity


def counts_of(y_true, y_pred, thresholds, weights=None) -> Confusion:
    return read_table(np.asarray(compared(samples(y_true, y_pred, weights), thresholds), np.float64))


COUNTS = counts_of([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9], [-1e-7, 0.5, 1 + 1e-7])


def test_rates_by_hand() -> None:
    np.testing.assert_allclose(precision(COUNTS), [0.5, 1.0, 0.0])
    np.testing.assert_allclose(recall(COUNTS), [1.0, 0.5, 0.0])
    np.testing.assert_allclose(specificity(COUNTS), [0.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("curve", "method", "expected"),
    [
        ("ROC", "interpolation", 0.75),
        ("ROC", "minoring", 0.5),
        ("ROC", "majoring", 1.0),
        # Recall falls from 1 to 0.5 to 0 while precision is 0.5, 1, 0.
        ("PR", "minoring", 0.25),
        ("PR", "majoring", 1.0),
        # The last interval: slope 1 over 1 of 2 positives. The first: slope 1/3, intercept 2/3, growth 4.
        ("PR", "interpolation", (1.0 + (1 + 2 / 3 * np.log(4.0)) / 3) / 2),
        # Gains of recall 1, 0, 0 and of precision 0, 1, 1.
        ("PRGAIN", "interpolation", 0.5),
    ],
)
def test_areas_by_hand(curve: str, method: str, expected: float) -> None:
    assert area_under_curve(COUNTS, curve, method) == pytest.approx(expected, rel=1e-6)


def test_approaches_sklearn_with_all_thresholds() -> None:
    random = np.random.default_rng(5)
    y_true, y_pred = random.integers(0, 2, 60), random.permutation(60).astype(np.float32) / 64
    weights = random.integers(1, 4, 60)
    thresholds = np.concatenate([[-1], np.arange(60) / 64 + 1 / 128, [2]])
    counts = counts_of(y_true, y_pred, thresholds, weights)
    area = area_under_curve(counts, "ROC", "interpolation")
    assert area == pytest.approx(roc_auc_score(y_true, y_pred, sample_weight=weights))
    # sklearn's average precision takes the precision at the upper end of each interval of recall.
    average = average_precision_score(y_true, y_pred, sample_weight=weights)
    assert area_under_curve(counts, "PR", "interpolation") == pytest.approx(average, abs=0.02)


def test_one_class_only() -> None:
    for targets in ([1, 1], [0, 0]):
        counts = counts_of(targets, [0.2, 0.8], [-1.0, 0.5, 2.0])
        for curve in ("ROC", "PR", "PRGAIN"):
            assert np.isfinite(area_under_curve(counts, curve, "interpolation"))


def test_ratio_of_nothing_is_zero() -> None:
    np.testing.assert_array_equal(ratio([1.0, 3.0], [0.0, 2.0]), [0.0, 1.5])


def test_best_under_constraint() -> None:
    rates, wanted = np.array([0.2, 0.6, 0.9]), np.array([0.9, 0.7, 0.1])
    assert best_under_constraint(rates, wanted, 0.6) == 0.7
    assert best_under_constraint(rates - 1e-9, wanted, 0.6) == 0.7
    assert best_under_constraint(rates, wanted, 0.95) == 0.0
