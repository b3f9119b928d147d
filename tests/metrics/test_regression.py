from __future__ import annotations

import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ShapeError

TARGETS, PREDICTIONS = [[0, 1], [0, 0]], [[1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("kind", "expected", "weighted"),
    [
        (metrics.MeanSquaredError, 0.25, 0.5),
        (metrics.RootMeanSquaredError, 0.5, np.sqrt(0.5)),
        (metrics.MeanAbsoluteError, 0.25, 0.5),
        (metrics.MeanAbsolutePercentageError, 2.5e8, 5e8),
        (metrics.MeanSquaredLogarithmicError, np.log(2) ** 2 / 4, np.log(2) ** 2 / 2),
        (metrics.LogCoshError, np.log(np.cosh(1.0)) / 4, np.log(np.cosh(1.0)) / 2),
    ],
)
def test_by_hand(kind, expected: float, weighted: float) -> None:
    assert kind()(TARGETS, PREDICTIONS) == pytest.approx(expected, rel=1e-6)
    assert kind()(TARGETS, PREDICTIONS, sample_weight=[1, 0]) == pytest.approx(weighted, rel=1e-6)


def test_shapes_that_do_not_fit() -> None:
    for kind in (metrics.MeanSquaredError, metrics.RootMeanSquaredError):
        with pytest.raises(ShapeError):
            kind().update_state(np.zeros((4, 1)), np.zeros((4, 3)))
