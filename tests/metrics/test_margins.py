from __future__ import annotations

import pytest

from ranvier import metrics

TARGETS, SCORES = [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]


@pytest.mark.parametrize(
    ("kind", "expected", "weighted"),
    [
        (metrics.Hinge, 1.3, 1.1),
        (metrics.SquaredHinge, 1.86, 1.46),
        (metrics.CategoricalHinge, 1.4, 1.2),
    ],
)
def test_by_hand(kind, expected: float, weighted: float) -> None:
    assert kind()(TARGETS, SCORES) == pytest.approx(expected)
    assert kind()(TARGETS, SCORES, sample_weight=[1, 0]) == pytest.approx(weighted)
