from __future__ import annotations

import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError


def test_by_hand() -> None:
    targets, scores = [[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]
    assert metrics.CategoricalAccuracy()(targets, scores) == np.float32(0.5)
    assert metrics.CategoricalAccuracy()(targets, scores, sample_weight=[0.7, 0.3]) == np.float32(0.3)
    assert metrics.SparseCategoricalAccuracy()([[2], [1]], scores) == 0.5
    assert metrics.TopKCategoricalAccuracy(k=1)(targets, scores) == 0.5
    assert metrics.SparseTopKCategoricalAccuracy(k=1)([2, 1], scores) == 0.5
    assert metrics.BinaryAccuracy()([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]]) == 0.75
    assert metrics.Accuracy()([[1], [2], [3], [4]], [[0], [2], [3], [4]]) == 0.75


@pytest.mark.parametrize("kind", [metrics.TopKCategoricalAccuracy, metrics.SparseTopKCategoricalAccuracy])
@pytest.mark.parametrize("k", [-1, 0, 2.5])
def test_k_must_be_positive(kind, k) -> None:
    with pytest.raises(ConfigurationError, match=r"`k` must be a positive integer; received: k="):
        kind(k=k)


def test_threshold_must_be_a_number() -> None:
    with pytest.raises(ConfigurationError, match="`threshold`"):
        metrics.BinaryAccuracy(threshold="half")


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="use the sparse metric"):
        metrics.CategoricalAccuracy().update_state([0, 1], np.eye(2))
    with pytest.raises(ShapeError, match="`sample_weight`"):
        metrics.CategoricalAccuracy().update_state(np.eye(2), np.eye(2), [1, 1, 1])
