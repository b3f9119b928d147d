from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions import regularizers

X = np.array([[3.0, 4.0], [4.0, 3.0], [0.0, 2.0]], np.float32)

CASES: list[tuple[str, tuple[Any, ...], float]] = [
    ("l1", (0.5,), 8.0),
    ("l2", (0.5,), 27.0),
    ("l1_l2", (0.5, 0.25), 8.0 + 13.5),
    # The cosines between the rows are 24/25, 4/5 and 3/5.
    ("orthogonal", (0.1, "rows"), 0.1 * (0.96 + 0.8 + 0.6) / 3),
    ("orthogonal", (0.1, "columns"), 0.1 * 24 / (5 * np.sqrt(29))),
]

every_case = pytest.mark.parametrize(("name", "numbers", "expected"), CASES)


@every_case
def test_worked_by_hand(name: str, numbers: tuple[Any, ...], expected: float) -> None:
    assert float(getattr(regularizers, name)(X, *numbers)) == pytest.approx(expected, rel=1e-6)


@every_case
def test_gradient_equals_finite_differences(name: str, numbers: tuple[Any, ...], expected: float) -> None:
    function = getattr(regularizers, name)
    point, direction = np.random.default_rng(0).normal(size=(2, 3, 4))
    with jax.enable_x64(True):
        both = jax.jit(jax.value_and_grad(lambda x: function(x, *numbers)))
        gradient = np.asarray(both(point)[1])
        ahead, behind = (both(point + step * direction)[0] for step in (1e-6, -1e-6))
    difference = (float(ahead) - float(behind)) / 2e-6
    assert np.sum(gradient * direction) == pytest.approx(difference, rel=1e-6)


@pytest.mark.usefixtures("strict_promotion")
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@every_case
def test_traced_strengths_and_strict_promotion(
    name: str, numbers: tuple[Any, ...], expected: float, dtype: str
) -> None:
    strengths = [np.float32(number) for number in numbers if not isinstance(number, str)]
    mode = [number for number in numbers if isinstance(number, str)]
    function = getattr(regularizers, name)
    result = jax.jit(lambda x, strengths: function(x, *strengths, *mode))(jnp.asarray(X, dtype), strengths)
    assert str(result.dtype) == dtype
    assert float(result) == pytest.approx(expected, rel=0.02)


@every_case
def test_integers_become_floats(name: str, numbers: tuple[Any, ...], expected: float) -> None:
    assert float(getattr(regularizers, name)(X.astype(np.int32), *numbers)) == pytest.approx(
        expected, rel=1e-6
    )


def test_a_zero_vector_has_a_finite_gradient() -> None:
    gradient = jax.jit(jax.grad(lambda x: regularizers.orthogonal(x, 1.0, "rows")))(
        np.eye(3, 2, dtype=np.float32)
    )
    assert np.isfinite(gradient).all()


def test_one_row_has_no_pairs() -> None:
    assert float(regularizers.orthogonal(X[:1], 1.0, "rows")) == 0.0


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_orthogonal_needs_a_matrix(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"rows or columns of a matrix; received an array of shape"):
        regularizers.orthogonal(np.ones(shape), 1.0, "rows")
