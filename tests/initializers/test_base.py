from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError
from ranvier.initializers import Initializer, Ones, RandomNormal


class Empty(Initializer):
    pass


def test_an_empty_subclass_says_what_is_missing() -> None:
    with pytest.raises(UnsupportedError, match=r"^Empty must define `__call__"):
        Empty()((2,))


def test_clone() -> None:
    initializer = RandomNormal(1.0, 2.0, seed=3)
    clone = initializer.clone()
    assert clone is not initializer
    np.testing.assert_array_equal(clone((2, 3)), initializer((2, 3)))


@pytest.mark.parametrize("shape", [[2, 3], (np.int64(2), 3)])
def test_shapes(shape: Any) -> None:
    assert Ones()(shape).shape == (2, 3)


@pytest.mark.parametrize("shape", [(None, 3), (2, -1), (2.0, 3), 5, "ab"])
def test_what_is_no_shape(shape: Any) -> None:
    with pytest.raises(ShapeError, match=r"must be a tuple of non-negative integers; received: "):
        Ones()(shape)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "float32"),
        ("bfloat16", "bfloat16"),
        (jnp.float16, "float16"),
        (np.float64, "float64"),
        ("int8", "int8"),
        (bool, "bool"),
    ],
)
def test_dtypes(given: Any, expected: str) -> None:
    assert str(Ones()((2,), given).dtype) == expected


@pytest.mark.parametrize("dtype", ["float33", "str", object, 7])
def test_what_is_no_dtype(dtype: Any) -> None:
    with pytest.raises(ConfigurationError, match="`dtype` must name a dtype of numbers; received: "):
        Ones()((2,), dtype)


def test_random_values_are_floats() -> None:
    with pytest.raises(ConfigurationError, match=r"RandomNormal draws floats, .* received: 'int32'"):
        RandomNormal()((2,), "int32")
