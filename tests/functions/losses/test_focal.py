"""Focal cross-entropies: numbers worked by hand, and their limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.functions import losses
from ranvier.functions.losses import binary_focal_crossentropy, categorical_focal_crossentropy

if TYPE_CHECKING:
    from collections.abc import Callable


def test_binary_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(binary_focal_crossentropy, [[1], [0]], [[0.75], [0.75]]),
        [-(0.25**2) * math.log(0.75), -(0.75**2) * math.log(0.25)],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        run(binary_focal_crossentropy, [[1], [0]], [[0.75], [0.75]], apply_class_balancing=True, gamma=1.0),
        [-0.25 * 0.25 * math.log(0.75), -0.75 * 0.75 * math.log(0.25)],
        rtol=1e-5,
    )


def test_categorical_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(categorical_focal_crossentropy, [[0, 1]], [[0.25, 0.75]]),
        [-0.25 * 0.25**2 * math.log(0.75)],
        rtol=1e-5,
    )


def test_without_focus_it_is_the_plain_crossentropy(run: Callable[..., Any]) -> None:
    logits = jnp.asarray(np.random.default_rng(0).normal(size=(4, 3)), jnp.float32)
    rows = np.eye(3)[[0, 1, 2, 0]]
    np.testing.assert_allclose(
        run(categorical_focal_crossentropy, rows, logits, alpha=1.0, gamma=0.0, from_logits=True),
        run(losses.categorical_crossentropy, rows, logits, from_logits=True),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        run(binary_focal_crossentropy, rows, logits, gamma=0.0, from_logits=True),
        run(losses.binary_crossentropy, rows, logits, from_logits=True),
        rtol=1e-5,
    )


@pytest.mark.parametrize("function", [binary_focal_crossentropy, categorical_focal_crossentropy])
def test_a_certain_prediction_has_a_finite_slope(function: object, run: Callable[..., Any]) -> None:
    certain = jnp.array([[60.0, -60.0]])
    slope = run(
        jax.grad(lambda x: jnp.sum(function(np.array([[1.0, 0.0]]), x, gamma=0.5, from_logits=True))), certain
    )
    np.testing.assert_allclose(slope, 0.0, atol=1e-6)
