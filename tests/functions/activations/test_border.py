from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.activations.border import activation, checked_axis
from ranvier.symbolic import SymbolicTensor
from ranvier.variable import Variable


@activation
def double(x: jax.Array, times: int = 1) -> jax.Array:
    """Multiply by a power of two."""
    return x * 2**times


@pytest.mark.parametrize(
    "given",
    [[1, 2], np.array([1, 2]), np.array([1.0, 2.0], np.float32), Variable(np.array([1.0, 2.0], np.float32))],
    ids=["list", "integers", "floats", "variable"],
)
def test_takes_anything_that_can_become_an_array(given: object) -> None:
    result = double(given)  # type: ignore[arg-type]
    assert result.dtype == jnp.float32
    assert result.tolist() == [2.0, 4.0]


def test_takes_arguments_by_position_and_by_name() -> None:
    assert float(double(1.5, 2)) == 6.0
    assert float(double(x=1.5, times=2)) == 6.0  # type: ignore[call-arg]


def test_keeps_name_and_documentation() -> None:
    assert double.__name__ == "double"
    assert double.__doc__ == "Multiply by a power of two."


def test_symbolic_tensor_is_recorded_as_a_step() -> None:
    x = SymbolicTensor((None, 3))
    y = double(x, times=3)  # type: ignore[arg-type]
    assert isinstance(y, SymbolicTensor)
    assert y.shape == (None, 3)
    assert y.node is not None
    assert y.node.operation.kind == "double"
    assert y.node.operation(np.ones(2), **y.node.kwargs).tolist() == [8.0, 8.0]


def test_axis_is_counted_from_the_front() -> None:
    assert checked_axis(jnp.zeros((2, 3)), -1, "softmax") == 1


@pytest.mark.parametrize("axis", [2, -3])
def test_missing_axis(axis: int) -> None:
    with pytest.raises(ShapeError, match=rf"`softmax` works along axis {axis}, which .* shape \(2, 3\)"):
        checked_axis(jnp.zeros((2, 3)), axis, "softmax")
