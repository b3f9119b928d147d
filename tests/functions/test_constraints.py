from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions import constraints

# The columns have lengths 5 and 1.
W = np.array([[3.0, -0.6], [-4.0, 0.8]], np.float32)

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("max_norm", (2.0, 0), [[1.2, -0.6], [-1.6, 0.8]]),
    ("max_norm", (2.0, (0, 1)), 2 / np.sqrt(26) * W),
    ("non_negative", (), [[3.0, 0.0], [0.0, 0.8]]),
    ("unit_norm", (0,), [[0.6, -0.6], [-0.8, 0.8]]),
    ("unit_norm", (-1,), W / np.sqrt([[9.36], [16.64]])),
    ("min_max_norm", (2.0, 3.0, 1.0, 0), [[1.8, -1.2], [-2.4, 1.6]]),
    ("min_max_norm", (2.0, 3.0, 0.5, 0), [[2.4, -0.9], [-3.2, 1.2]]),
]

every_case = pytest.mark.parametrize(("name", "arguments", "expected"), CASES)


@every_case
def test_worked_by_hand(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    np.testing.assert_allclose(getattr(constraints, name)(W, *arguments), expected, rtol=1e-5)


@every_case
def test_gradient_equals_finite_differences(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    function = getattr(constraints, name)
    point, direction, probe = np.random.default_rng(0).normal(size=(3, 4, 3))
    with jax.enable_x64(True):
        both = jax.jit(jax.value_and_grad(lambda w: jnp.sum(function(w, *arguments) * probe)))
        gradient = np.asarray(both(point)[1])
        ahead, behind = (both(point + step * direction)[0] for step in (1e-6, -1e-6))
    difference = (float(ahead) - float(behind)) / 2e-6
    assert np.sum(gradient * direction) == pytest.approx(difference, rel=1e-6)


@pytest.mark.usefixtures("strict_promotion")
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@every_case
def test_traced_limits_and_strict_promotion(
    name: str, arguments: tuple[Any, ...], expected: Any, dtype: str
) -> None:
    *limits, axis = arguments if arguments else (None,)
    limits = [np.float32(limit) for limit in limits]
    last = [] if axis is None else [axis]
    function = getattr(constraints, name)
    result = jax.jit(lambda w, limits: function(w, *limits, *last))(jnp.asarray(W, dtype), limits)
    assert str(result.dtype) == dtype
    np.testing.assert_allclose(np.asarray(result, np.float32), expected, rtol=0.02)


@pytest.mark.parametrize(
    ("name", "arguments"), [("max_norm", (1.0, 0)), ("unit_norm", (0,)), ("min_max_norm", (1.0, 2.0, 1.0, 0))]
)
def test_zero_weights_stay_zero(name: str, arguments: tuple[Any, ...]) -> None:
    np.testing.assert_array_equal(getattr(constraints, name)(np.zeros((2, 2), np.float32), *arguments), 0.0)


@pytest.mark.parametrize("axis", [1, (0, -2), (0, 3)])
def test_missing_axis(axis: Any) -> None:
    with pytest.raises(ShapeError, match=r"along axis (1|-2|3), which weights of shape \(4,\) do not have"):
        constraints.unit_norm(np.ones(4), axis)
