from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.metrics.reduction import mean_increment, sum_increment

pytestmark = pytest.mark.usefixtures("strict_promotion")
VALUES = np.arange(12, dtype=np.float32).reshape(3, 2, 2)


@pytest.mark.parametrize(
    ("values", "weight", "expected"),
    [
        (3.0, None, (3.0, 1.0)),
        (3.0, 0.5, (1.5, 0.5)),
        ([1, 3, 5], None, (9.0, 3.0)),
        ([1, 3, 5], [1, 1, 0], (4.0, 2.0)),
        ([1.0, np.nan], [1, 0], (1.0, 1.0)),
        ([[1.0, 3.0], [5.0, 7.0]], None, (8.0, 2.0)),
        ([[1.0, 3.0], [5.0, 7.0]], [1, 2], (14.0, 3.0)),
        ([[1.0, 3.0], [5.0, 7.0]], [[1, 0], [0, 2]], (7.5, 1.5)),
        ([[1.0], [5.0]], [1, 2], (11.0, 3.0)),
        ([1.0, 5.0], [[1], [2]], (11.0, 3.0)),
        ([1.0, 3.0], 0.5, (1.0, 0.5)),
    ],
)
def test_means_by_hand(values, weight, expected) -> None:
    np.testing.assert_allclose(mean_increment(values, weight), expected)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (3, 2, 2), (3, 1, 2), (3, 1)])
def test_equals_a_weighted_average(shape: tuple[int, ...]) -> None:
    weights = np.linspace(0.5, 2.0, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    spread = np.broadcast_to(weights.reshape(shape + (1,) * (3 - len(shape))), VALUES.shape)
    total, count = mean_increment(VALUES, weights)
    np.testing.assert_allclose(total / count, np.average(VALUES, weights=spread), rtol=1e-6)
    np.testing.assert_allclose(sum_increment(VALUES, weights), np.sum(VALUES * spread), rtol=1e-6)


def test_sum_without_weights() -> None:
    assert float(sum_increment(VALUES)) == 66.0


@pytest.mark.parametrize(
    ("values", "weights"), [((3,), (2,)), ((3, 2), (3, 3)), ((3, 2), (3, 2, 2)), ((), (3,))]
)
def test_weights_that_do_not_fit(values, weights) -> None:
    with pytest.raises(ShapeError, match="received: sample_weight of shape"):
        mean_increment(np.ones(values, np.float32), np.ones(weights))
