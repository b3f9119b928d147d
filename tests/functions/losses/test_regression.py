"""Regression losses: numbers worked by hand, and the places where a naive formula breaks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.functions import losses

if TYPE_CHECKING:
    from collections.abc import Callable

E = math.e
BY_HAND = [
    ("mean_squared_error", [[1.0, 4.0]], [[3.0, 4.0]], 2.0),
    ("mean_absolute_error", [[1.0, 2.0]], [[2.0, 4.0]], 1.5),
    ("mean_absolute_percentage_error", [[1.0, 2.0]], [[2.0, 3.0]], 75.0),
    ("mean_squared_logarithmic_error", [[E - 1, 0.0]], [[E**3 - 1, 0.0]], 2.0),
    ("cosine_similarity", [[3.0, 4.0]], [[4.0, 3.0]], -24 / 25),
    ("huber", [[0.0, 0.0]], [[0.5, -3.0]], (0.125 + 2.5) / 2),
    ("log_cosh", [[0.0, 0.0]], [[math.log(2.0), 0.0]], math.log(1.25) / 2),
    ("poisson", [[2.0, 0.0]], [[E, 1.0]], (E - 2 + 1) / 2),
]


@pytest.mark.parametrize(("name", "y_true", "y_pred", "expected"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_by_hand(name: str, y_true: list, y_pred: list, expected: float) -> None:
    value = jax.jit(getattr(losses, name))(np.array(y_true, "f"), np.array(y_pred, "f"))
    assert value.shape == (1,)
    np.testing.assert_allclose(value, [expected], rtol=1e-5)


def test_log_cosh_of_a_huge_error_is_its_size(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(losses.log_cosh, [[0.0], [0.0]], [[1000.0], [-1000.0]]), 1000 - math.log(2.0), rtol=1e-6
    )


def test_cosine_similarity_of_a_zero_vector_is_zero_with_a_finite_slope(run: Callable[..., Any]) -> None:
    target = jnp.array([[1.0, 0.0]])
    value, slope = run(
        jax.value_and_grad(lambda y_pred: losses.cosine_similarity(target, y_pred)[0]), jnp.zeros((1, 2))
    )
    assert value == 0
    assert np.isfinite(slope).all()


def test_percentage_error_of_a_zero_target_is_finite(run: Callable[..., Any]) -> None:
    assert np.isfinite(run(losses.mean_absolute_percentage_error, [[0.0]], [[1.0]])).all()


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(
        ShapeError, match=r"mean_squared_error .* y_true of shape \(4, 1\), y_pred of shape \(4, 3\)"
    ):
        losses.mean_squared_error(np.zeros((4, 1)), np.zeros((4, 3)))
    with pytest.raises(ShapeError, match=r"y_true of shape \(4,\), y_pred of shape \(4, 3\)"):
        losses.mean_absolute_error(np.zeros(4), np.zeros((4, 3)))


def test_an_axis_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"`axis` must be an integer in \[-2, 2\).*received: 2"):
        losses.cosine_similarity(np.zeros((4, 3)), np.zeros((4, 3)), axis=2)
