"""Circle loss: a number worked by hand, rows without pairs, misuse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.losses import circle

if TYPE_CHECKING:
    from collections.abc import Callable


def test_by_hand(run: Callable[..., Any]) -> None:
    # Row 0 has one positive at distance 0 and one negative at distance 1.
    embeddings = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    positive, negative = -2 * 0.4 * 0.4, 2 * 0.4 * (1 - 0.4 - 1)
    expected = math.log1p(math.exp(positive + negative))
    np.testing.assert_allclose(
        run(circle, [7, 7, 9], embeddings, gamma=2.0)[:2], [expected, expected], rtol=1e-5
    )


def test_a_row_without_a_positive_costs_nothing_and_has_no_slope(run: Callable[..., Any]) -> None:
    embeddings = jnp.array([[0.8, 0.6], [0.6, 0.8], [0.0, 1.0]])
    values = run(circle, [0, 1, 2], embeddings)
    np.testing.assert_array_equal(values, 0)
    slope = run(jax.grad(lambda x: jnp.sum(circle(np.array([0, 1, 2]), x))), embeddings)
    np.testing.assert_array_equal(slope, 0)


def test_labels_must_belong_to_the_embeddings() -> None:
    with pytest.raises(ShapeError, match=r"embeddings of shape \(3, 2\), y_true of shape \(2,\)"):
        circle([0, 1], np.zeros((3, 2)))
    with pytest.raises(ShapeError, match=r"embeddings of shape \(4, 2\), ref_labels of shape \(3,\)"):
        circle([0, 1, 1], np.zeros((3, 2)), ref_labels=[0, 1, 1], ref_embeddings=np.zeros((4, 2)))
    with pytest.raises(ShapeError, match=r"embeddings of shape \(3, 2, 2\)"):
        circle([0, 1, 1], np.zeros((3, 2, 2)))
