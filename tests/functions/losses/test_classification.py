"""Cross-entropies on probabilities: numbers worked by hand, edges, misuse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataTypeError, LabelError, ShapeError
from ranvier.functions.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    categorical_generalized_cross_entropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [[0, 1, 0], [0, 0, 1]]
PROBABILITIES = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]


def test_categorical_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(categorical_crossentropy, ROWS, PROBABILITIES), [-math.log(0.95), -math.log(0.1)], rtol=1e-5
    )


def test_probabilities_are_divided_by_their_sum(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(categorical_crossentropy, [[0, 1]], [[1.0, 3.0]]), [-math.log(0.75)], rtol=1e-6
    )
    np.testing.assert_allclose(
        run(sparse_categorical_crossentropy, [1], [[1.0, 3.0]]), [-math.log(0.75)], rtol=1e-6
    )


def test_label_smoothing_by_hand(run: Callable[..., Any]) -> None:
    smooth = run(categorical_crossentropy, [[0, 1]], [[0.25, 0.75]], label_smoothing=0.2)
    np.testing.assert_allclose(smooth, [-0.1 * math.log(0.25) - 0.9 * math.log(0.75)], rtol=1e-6)
    smooth = run(binary_crossentropy, [[1]], [[0.75]], label_smoothing=0.2)
    np.testing.assert_allclose(smooth, [-0.1 * math.log(0.25) - 0.9 * math.log(0.75)], rtol=1e-6)


def test_sparse_by_hand_with_labels_of_either_rank(run: Callable[..., Any]) -> None:
    expected = [-math.log(0.95), -math.log(0.1)]
    for labels in ([1, 2], [[1], [2]], [1.0, 2.0]):
        np.testing.assert_allclose(
            run(sparse_categorical_crossentropy, labels, PROBABILITIES), expected, rtol=1e-5
        )


def test_impossible_is_cut_off_at_epsilon(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(sparse_categorical_crossentropy, [2], [PROBABILITIES[0]]), [-math.log(1e-7)], rtol=1e-6
    )
    np.testing.assert_allclose(run(binary_crossentropy, [[1]], [[0.0]]), [-math.log(1e-7)], rtol=1e-6)


def test_ignored_labels_cost_nothing_and_have_no_gradient(run: Callable[..., Any]) -> None:
    logits = jnp.asarray(np.random.default_rng(0).normal(size=(4, 3)), jnp.float32)
    labels = np.array([0, 255, 2, 255])

    def total(logits: jax.Array) -> jax.Array:
        return jnp.sum(sparse_categorical_crossentropy(labels, logits, from_logits=True, ignore_class=255))

    value, gradient = run(jax.value_and_grad(total), logits)
    alone = run(sparse_categorical_crossentropy, labels[::2], logits[::2], from_logits=True)
    np.testing.assert_allclose(value, alone.sum(), rtol=1e-6)
    np.testing.assert_array_equal(gradient[1::2], 0)


def test_binary_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(binary_crossentropy, [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]),
        [-math.log(0.4), (-math.log(0.6) - math.log(0.4)) / 2],
        rtol=1e-6,
    )
    assert run(binary_crossentropy, [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]], axis=[0, 1]).shape == ()


def test_kl_divergence_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(kl_divergence, [[0.5, 0.5]], [[0.25, 0.75]]),
        [0.5 * math.log(2) + 0.5 * math.log(2 / 3)],
        rtol=1e-5,
    )


def test_generalized_cross_entropy_by_hand(run: Callable[..., Any]) -> None:
    for labels in ([1, 0], [[1], [0]]):
        value = run(categorical_generalized_cross_entropy, labels, [[0.75, 0.25], [1.0, 0.0]], 0.5)
        np.testing.assert_allclose(value, [(1 - 0.5) / 0.5, 0.0], atol=1e-6)


def test_generalized_cross_entropy_of_the_impossible_has_a_finite_slope(run: Callable[..., Any]) -> None:
    value, slope = run(
        jax.value_and_grad(
            lambda y_pred: categorical_generalized_cross_entropy(np.array([0]), y_pred, 0.5)[0]
        ),
        jnp.array([[0.0, 1.0]]),
    )
    assert value == 2.0
    assert np.isfinite(slope).all()


def test_integer_labels_with_a_categorical_loss() -> None:
    with pytest.raises(ShapeError, match=r"use sparse_categorical_crossentropy.*to_categorical"):
        categorical_crossentropy([1, 2], PROBABILITIES)


def test_one_hot_rows_with_a_sparse_loss() -> None:
    with pytest.raises(
        LabelError, match=r"not one-hot rows.*received: y_true of shape \(2, 3\).*Use categorical_"
    ):
        sparse_categorical_crossentropy(ROWS, PROBABILITIES)


def test_labels_for_another_number_of_rows() -> None:
    with pytest.raises(ShapeError, match=r"one label per prediction.*y_true of shape \(5,\)"):
        sparse_categorical_crossentropy([0] * 5, PROBABILITIES)


def test_strings_are_refused() -> None:
    with pytest.raises(DataTypeError, match=r"`y_true` must hold numbers; received: an array of dtype <U3"):
        categorical_crossentropy([["cat", "dog"]], [[0.5, 0.5]])


@pytest.mark.parametrize("axis", [True, 1.0, 2, -3])
def test_a_wrong_axis_is_refused(axis: object) -> None:
    with pytest.raises(ConfigurationError, match="`axis` must be an integer"):
        categorical_crossentropy(ROWS, PROBABILITIES, axis=axis)
