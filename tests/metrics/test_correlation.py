from __future__ import annotations

import jax
import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ConfigurationError

KINDS = [metrics.PearsonCorrelation, metrics.ConcordanceCorrelation, metrics.CosineSimilarity]
RANDOM = np.random.default_rng(8)
TARGETS, PREDICTIONS = RANDOM.normal(size=(2, 5, 3)).astype(np.float32)


def test_by_hand() -> None:
    assert metrics.PearsonCorrelation()([[0, 1, 2]], [[1, 3, 5]]) == pytest.approx(1.0)
    assert metrics.CosineSimilarity()([[0, 1], [1, 1]], [[1, 0], [1, 1]]) == pytest.approx(0.5)
    assert metrics.ConcordanceCorrelation()([[0, 1, 2]], [[0, 1, 2]]) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_along_the_batch_counts_for_nothing(kind) -> None:
    metric = kind(axis=0)
    assert not metric.rowwise
    assert kind().rowwise
    update = jax.jit(metric.update)
    state = update(metric.init(), TARGETS, PREDICTIONS, np.array([1, 1, 1, 0, 0], np.float32))
    empty = update(state, np.full_like(TARGETS, np.nan), PREDICTIONS, np.zeros(5, np.float32))
    expected = kind(axis=0)(TARGETS[:3], PREDICTIONS[:3])
    assert metric.compute(state) == pytest.approx(float(expected), rel=1e-5)
    assert metric.compute(empty) == metric.compute(state)


def test_axis_must_be_an_integer() -> None:
    with pytest.raises(ConfigurationError, match="`axis` must be"):
        metrics.CosineSimilarity(axis="last")
