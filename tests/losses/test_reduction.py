"""Reductions: every one against Keras over shapes of weights and masks; padding; what does not fit."""

from __future__ import annotations

import os
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.losses.reduction import REDUCTIONS, checked_reduction, reduce_values

os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from keras.src.losses.loss import reduce_weighted_values

RANDOM = np.random.default_rng(5)
VALUES = {shape: RANDOM.normal(size=shape).astype("float32") for shape in [(), (4,), (4, 3), (4, 3, 2)]}
WEIGHT_SHAPES = [
    ((), None),
    ((), (4,)),
    ((4,), None),
    ((4,), ()),
    ((4,), (4,)),
    ((4,), (4, 1)),
    ((4, 3), None),
    ((4, 3), (4, 1)),
    ((4, 3), (4, 3)),
    ((4, 3), (4, 3, 1)),
    ((4, 3, 2), (4, 1, 1)),
    ((4, 3, 2), (4, 3, 1)),
]


def _weights(shape: tuple | None) -> np.ndarray | None:
    return None if shape is None else np.random.default_rng(6).uniform(0, 2, size=shape).astype("float32")


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_equals_keras(reduction: str | None) -> None:
    def program() -> list:
        pairs = []
        for shape, weight_shape in WEIGHT_SHAPES:
            for masked in (False, True) if shape in ((4,), (4, 3)) else (False,):
                mask = jnp.asarray(VALUES[shape] > 0) if masked else None
                values, weights = jnp.asarray(VALUES[shape]), _weights(weight_shape)
                weights = None if weights is None else jnp.asarray(weights)
                ours = reduce_values(values, reduction, weights, mask=mask)
                theirs = reduce_weighted_values(values, weights, mask, reduction)
                pairs.append((ours, jnp.reshape(theirs, ours.shape)))
        return pairs

    for ours, theirs in jax.jit(program)():
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_by_hand() -> None:
    values, weights = jnp.array([1.0, 2.0, 6.0]), jnp.array([1.0, 1.0, 0.5])
    assert reduce_values(values, "mean") == 3
    assert reduce_values(values, "sum_over_batch_size", weights) == 2
    assert reduce_values(values, "mean_with_sample_weight", weights) == 2.4
    assert reduce_values(values, "sum", weights) == 6
    np.testing.assert_array_equal(reduce_values(values, None, weights), [1, 2, 3])


def test_one_weight_per_row_serves_all_its_values() -> None:
    values, weights = jnp.asarray(VALUES[4, 3]), jnp.asarray(_weights((4,)))
    np.testing.assert_allclose(
        reduce_values(values, "mean", weights),
        np.mean(VALUES[4, 3] * np.asarray(weights)[:, None]),
        rtol=1e-6,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_padding_counts_for_nothing_even_where_it_is_nan(reduction: str | None) -> None:
    def program() -> list:
        pairs = []
        for shape, weight_shape in WEIGHT_SHAPES[2:]:
            values, weights = jnp.asarray(VALUES[shape]), _weights(weight_shape)
            padded = jnp.concatenate([values, jnp.full((3, *shape[1:]), jnp.nan)])
            valid = jnp.array([1, 1, 1, 1, 0, 0, 0], "float32")
            more = weights
            if weights is not None and weights.ndim:
                more = jnp.concatenate([weights, jnp.full((3, *weights.shape[1:]), 9.0)])
            expected = reduce_values(values, reduction, weights)
            for rows in (None, jnp.int32(4)):
                result = reduce_values(padded, reduction, more, valid, rows=rows)
                pairs.append((result[:4] if reduction in (None, "none") else result, expected))
            mask = jnp.ones(padded.shape, bool).at[1].set(False)
            result = reduce_values(padded, reduction, more, valid, mask)
            expected = reduce_values(values, reduction, weights, mask=mask[:4])
            pairs.append((result[:4] if reduction in (None, "none") else result, expected))
        return pairs

    for result, expected in jax.jit(program)():
        np.testing.assert_allclose(result, expected, rtol=1e-6)


def test_nothing_that_counts_is_zero() -> None:
    values, none = jnp.ones((3,)), jnp.zeros((3,))
    assert reduce_values(values, "mean", valid=none) == 0
    assert reduce_values(values, "mean", mask=none.astype(bool)) == 0
    assert reduce_values(values, "mean_with_sample_weight", none) == 0
    assert reduce_values(jnp.ones((0,)), "mean") == 0


def test_padding_has_no_gradient() -> None:
    gradient = jax.grad(lambda x: reduce_values(jnp.log(x), "mean", valid=jnp.array([1.0, 0.0])))(
        jnp.array([2.0, 4.0])
    )
    np.testing.assert_allclose(gradient, [0.5, 0.0])


def test_unknown_reduction() -> None:
    with pytest.raises(
        ConfigurationError, match=r"`reduction` must be one of 'sum_over_batch_size'.*'average'"
    ):
        checked_reduction("average")


@pytest.mark.parametrize("shape", [(3,), (4, 2), (4, 3, 2), (1,), (4, 1, 1, 1)])
def test_weights_that_do_not_fit(shape: tuple) -> None:
    with pytest.raises(ShapeError, match=r"`sample_weight` .*received: sample_weight of shape"):
        reduce_values(jnp.zeros((4, 3)), "mean", jnp.ones(shape))


def test_rows_cannot_be_left_out_of_one_value() -> None:
    with pytest.raises(ShapeError, match="Use batches without padding"):
        reduce_values(jnp.float32(1), "mean", valid=jnp.ones(4))
    with pytest.raises(ShapeError, match=r"values of shape \(3,\) for 4 rows"):
        reduce_values(jnp.ones(3), "mean", valid=jnp.ones(4))
    with pytest.raises(ShapeError, match=r"received: a mask of shape \(3,\), values of shape \(4, 3\)"):
        reduce_values(jnp.ones((4, 3)), "mean", mask=jnp.ones(3))
