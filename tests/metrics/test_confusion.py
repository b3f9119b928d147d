from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError

RANDOM = np.random.default_rng(9)
TARGETS, SCORES = RANDOM.integers(0, 2, 50), RANDOM.random(50, np.float32)
WEIGHTS = RANDOM.random(50, np.float32)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (metrics.TruePositives, 2.0),
        (metrics.FalseNegatives, 1.0),
        (metrics.FalsePositives, 1.0),
        (metrics.TrueNegatives, 0.0),
        (metrics.Precision, 2 / 3),
        (metrics.Recall, 2 / 3),
    ],
)
def test_by_hand(kind, expected: float) -> None:
    assert kind()([0, 1, 1, 1], [1, 0, 1, 1]) == np.float32(expected)
    assert kind(thresholds=[0.2, 0.8])([0, 1], [0.5, 0.5]).shape == (2,)


def test_top_k_along_a_single_row() -> None:
    assert metrics.Precision(top_k=2)([0, 0, 1, 1], [1, 1, 1, 1]) == 0.0
    assert metrics.Precision(top_k=4)([0, 0, 1, 1], [1, 1, 1, 1]) == 0.5


def test_thresholds_keep_their_order() -> None:
    metric = metrics.TruePositives(thresholds=[0.9, 0.1])
    np.testing.assert_array_equal(metric([1, 1], [0.5, 0.95]), [1, 2])
    assert metric.thresholds == [0.9, 0.1]
    assert metric.get_config()["thresholds"] == [0.9, 0.1]
    assert metrics.Precision().get_config()["thresholds"] is None


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5])
def test_against_sklearn(threshold: float) -> None:
    chosen = threshold < SCORES
    precision = precision_score(TARGETS, chosen, sample_weight=WEIGHTS)
    assert metrics.Precision(threshold)(TARGETS, SCORES, WEIGHTS) == pytest.approx(precision, rel=1e-6)
    recall = recall_score(TARGETS, chosen, sample_weight=WEIGHTS)
    assert metrics.Recall(threshold)(TARGETS, SCORES, WEIGHTS) == pytest.approx(recall, rel=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {"thresholds": 1.5},
        {"thresholds": [0.2, -0.1]},
        {"thresholds": []},
        {"thresholds": "half"},
        {"thresholds": [None]},
        {"top_k": -2},
        {"top_k": 0},
        {"class_id": -1},
        {"class_id": 1.0},
    ],
)
def test_options_that_cannot_be_used(options) -> None:
    with pytest.raises(ConfigurationError, match=f"`{next(iter(options))}`.*received"):
        metrics.Recall(**options)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="must have the same shape"):
        metrics.Recall().update_state([0, 1], np.zeros((2, 3)))
    with pytest.raises(ShapeError, match="`class_id=5`"):
        metrics.Recall(class_id=5).update_state(np.zeros((2, 3)), np.zeros((2, 3)))
