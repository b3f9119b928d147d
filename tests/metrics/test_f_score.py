from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError, UnknownNameError

TARGETS = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0]])
SCORES = np.array([[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]])


def test_by_hand() -> None:
    np.testing.assert_allclose(metrics.F1Score(threshold=0.5)(TARGETS, SCORES), [0.5, 0.8, 2 / 3], rtol=1e-6)
    twice = metrics.FBetaScore(beta=2.0, threshold=0.5)(TARGETS, SCORES)
    np.testing.assert_allclose(twice, [5 / 13, 10 / 11, 5 / 6], rtol=1e-6)


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_against_sklearn(average: str | None) -> None:
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 4, 40), random.random((40, 4), np.float32)
    weights = random.random(40)
    computed = metrics.F1Score(average)(np.eye(4)[labels], scores, weights)
    expected = f1_score(labels, scores.argmax(1), average=average, sample_weight=weights)
    np.testing.assert_allclose(computed, expected, rtol=1e-5)


@pytest.mark.parametrize(
    "options", [{"beta": 0}, {"beta": -1.0}, {"beta": "two"}, {"threshold": 0.0}, {"threshold": 1.5}]
)
def test_options_that_cannot_be_used(options) -> None:
    with pytest.raises(ConfigurationError, match=f"`{next(iter(options))}`"):
        metrics.FBetaScore(**options)


def test_unknown_average() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'macro'"):
        metrics.F1Score(average="makro")


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="`to_categorical`"):
        metrics.F1Score().update_state([0, 1, 2], np.zeros((3, 3)))
    metric = metrics.F1Score()
    metric.update_state(TARGETS, SCORES)
    with pytest.raises(ShapeError, match="counts 3 classes; received: y_pred with 2"):
        metric.update_state(TARGETS[:, :2], SCORES[:, :2])
