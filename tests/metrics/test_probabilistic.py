from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from ranvier import metrics
from ranvier.errors import ConfigurationError

ROWS = np.array([[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]])


def test_by_hand() -> None:
    two = [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]
    assert metrics.KLDivergence()(*two) == pytest.approx(np.log(2.5) / 2, rel=1e-4)
    assert metrics.Poisson()([[0, 1], [0, 0]], [[1, 1], [0, 0]]) == pytest.approx(0.5)
    entropy = -(np.log(0.4) * 2 + np.log(0.6) + np.log(0.4)) / 4
    assert metrics.BinaryCrossentropy()(*two) == pytest.approx(entropy, rel=1e-5)
    expected = -(np.log(0.95) + np.log(0.1)) / 2
    assert metrics.CategoricalCrossentropy()([[0, 1, 0], [0, 0, 1]], ROWS) == pytest.approx(
        expected, rel=1e-5
    )
    assert metrics.SparseCategoricalCrossentropy()([1, 2], ROWS) == pytest.approx(expected, rel=1e-5)


def test_against_sklearn() -> None:
    random = np.random.default_rng(0)
    labels, scores, weights = random.integers(0, 3, 20), random.random((20, 3)) + 0.1, random.random(20)
    scores /= scores.sum(1, keepdims=True)
    computed = metrics.SparseCategoricalCrossentropy()(labels, scores, weights)
    assert computed == pytest.approx(log_loss(labels, scores, sample_weight=weights), rel=1e-5)


@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 3.0]])
def test_ignored_class_is_left_out_of_the_count(weights) -> None:
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=-1)
    value = metric([1, -1, 2], np.vstack([ROWS[0], ROWS[1], ROWS[1]]), weights)
    expected = np.average([-np.log(0.95), -np.log(0.1)], weights=None if weights is None else [1, 3])
    assert value == pytest.approx(expected, rel=1e-5)


def test_ignored_class_in_images() -> None:
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=255)
    value = metric([[1, 255], [255, 2]], np.stack([ROWS, ROWS]), [1.0, 1.0])
    assert value == pytest.approx(-(np.log(0.95) + np.log(0.1)) / 2, rel=1e-5)


@pytest.mark.parametrize("kind", [metrics.BinaryCrossentropy, metrics.CategoricalCrossentropy])
def test_label_smoothing_is_a_share(kind) -> None:
    with pytest.raises(ConfigurationError, match="`label_smoothing`"):
        kind(label_smoothing=1.5)
