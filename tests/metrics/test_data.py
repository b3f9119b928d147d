from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.metrics.data import checked_dtype, checked_variable_dtype, frozen, host_array
from ranvier.variable import Variable


def test_arrays_stay_where_they_are() -> None:
    array = jnp.ones(2)
    assert host_array(array, "x") is array
    assert host_array(Variable(array), "x") is array
    assert type(host_array([1, 2], "x")) is np.ndarray


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "float32"),
        ("float16", "float16"),
        ("bfloat16", "bfloat16"),
        (np.float32, "float32"),
        (jnp.bfloat16, "bfloat16"),
        ("int", "int32"),
        ("mixed_float16", "float16"),
        (type("Policy", (), {"compute_dtype": "bfloat16"})(), "bfloat16"),
    ],
)
def test_dtypes(given, expected: str) -> None:
    assert checked_dtype(given) == expected


@pytest.mark.parametrize("dtype", ["floaty", "str", 3.5, object])
def test_what_is_no_dtype(dtype) -> None:
    with pytest.raises(ConfigurationError, match="`dtype` must name a dtype"):
        checked_dtype(dtype)


@pytest.mark.parametrize("dtype", ["float64", np.int64])
def test_64_bits_are_refused(dtype) -> None:
    with pytest.raises(UnsupportedError, match="Leave `dtype` out"):
        metrics.Mean(dtype=dtype)
    assert checked_variable_dtype(dtype) in ("float32", "int32")


def test_dtype_is_that_of_the_values() -> None:
    mean = metrics.Mean(dtype="float16")
    assert mean([1.0 + 2**-12, 1.0]) == 1.0
    assert metrics.Mean(dtype="int32")([1.9, 2.9]) == 1.5


def test_frozen_configurations_are_hashable() -> None:
    assert hash(frozen({"b": [1, {"c": (2, 3)}], "a": None})) == hash(
        frozen({"a": None, "b": [1, {"c": [2, 3]}]})
    )
