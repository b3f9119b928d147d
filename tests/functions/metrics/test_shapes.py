from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.metrics.shapes import masked_product, same_shape, weights_like


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((4,), (4, 1), (4, 1)), ((4, 1), (4,), (4, 1)), ((4, 2, 1), (4, 2), (4, 2)), ((4, 2), (4, 2), (4, 2))],
)
def test_a_last_axis_of_one_comes_or_goes(first, second, expected) -> None:
    targets, predictions = same_shape(np.zeros(first), np.zeros(second))
    assert targets.shape == predictions.shape == expected


@pytest.mark.parametrize(("first", "second"), [((4,), (4, 4)), ((4, 1), (4, 3)), ((3,), (4,)), ((), (4, 1))])
def test_nothing_is_broadcast(first, second) -> None:
    with pytest.raises(ShapeError, match=r"received: y_true of shape .* and y_pred of shape"):
        same_shape(np.zeros(first), np.zeros(second))


@pytest.mark.parametrize("shape", [(), (4,), (4, 1), (4, 3), (4, 3, 1), (1, 3)])
def test_weights_spread_from_the_front(shape: tuple[int, ...]) -> None:
    weights = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    spread = weights_like(weights, jnp.zeros((4, 3)))
    aligned = weights[..., 0] if len(shape) == 3 else weights
    aligned = aligned.reshape(aligned.shape + (1,) * (2 - aligned.ndim))
    np.testing.assert_array_equal(spread, np.broadcast_to(aligned, (4, 3)))


@pytest.mark.parametrize("shape", [(3,), (4, 2), (4, 3, 2), (4, 1, 1, 1)])
def test_weights_that_do_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="`sample_weight` must have one number for each row"):
        weights_like(np.ones(shape), jnp.zeros((4, 3)))


def test_weight_zero_removes_anything() -> None:
    values = jnp.array([1.0, jnp.nan, jnp.inf])
    np.testing.assert_array_equal(masked_product(values, jnp.array([2.0, 0.0, 0.0])), [2.0, 0.0, 0.0])
