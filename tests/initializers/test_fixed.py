from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ranvier import initializers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.initializers import Constant, GivenValues, Identity, Ones, Zeros

TABLE = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "bool"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Zeros", {}),
        ("Ones", {}),
        ("Constant", {}),
        ("Constant", {"value": 2.5}),
        ("Constant", {"value": True}),
        ("Constant", {"value": TABLE}),
        ("Identity", {}),
        ("Identity", {"gain": 2.0}),
    ],
)
def test_equals_keras(name: str, options: dict[str, Any], dtype: str) -> None:
    if dtype == "bool" and name == "Identity":
        pytest.skip("Keras' gain makes the result a float")
    expected = getattr(keras.initializers, name)(**options)((2, 3), dtype=dtype)
    received = getattr(initializers, name)(**options)((2, 3), dtype=dtype)
    assert isinstance(received, np.ndarray)
    assert str(received.dtype) == dtype
    np.testing.assert_array_equal(received.astype(np.float32), np.asarray(expected, np.float32))


def test_by_hand() -> None:
    assert Zeros()((2,)).tolist() == [0.0, 0.0]
    assert Ones()((2,)).tolist() == [1.0, 1.0]
    assert Constant(0.5)((1, 2)).tolist() == [[0.5, 0.5]]
    assert Identity(3.0)((2, 3)).tolist() == [[3.0, 0.0, 0.0], [0.0, 3.0, 0.0]]


def test_values_are_the_callers_own() -> None:
    constant = Constant(TABLE)
    constant((2, 3))[0, 0] = 100.0
    assert constant((2, 3))[0, 0] == 0.0


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2)])
def test_identity_fills_matrices(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"^The identity initializer fills matrices; received shape: "):
        Identity()(shape)


def test_a_constant_that_does_not_broadcast() -> None:
    with pytest.raises(
        ShapeError, match=r"shape \(2, 3\), which does not broadcast .* received shape: \(3, 2\)"
    ):
        Constant(TABLE)((3, 2))


@pytest.mark.parametrize("value", ["1", None, {}, [None], object()])
def test_what_is_no_constant(value: Any) -> None:
    with pytest.raises(
        ConfigurationError, match="`value` must be a number or an array of numbers; received: "
    ):
        Constant(value)


def test_bad_gain() -> None:
    with pytest.raises(ConfigurationError, match="`gain` must be a finite number; received: 'big'"):
        Identity("big")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2.5, 3, True, TABLE, TABLE.astype("bfloat16"), np.float32(0.5)])
def test_constants_go_round(value: Any) -> None:
    again = Constant.from_config(Constant(value).get_config())
    np.testing.assert_array_equal(again((2, 3)), Constant(value)((2, 3)))
    assert Constant.from_config({}).value == 0.0


@pytest.mark.parametrize("given", [TABLE, jnp.asarray(TABLE)])
def test_an_array_is_an_initializer_of_its_own_shape(given: Any) -> None:
    initializer = initializers.get(given)
    assert isinstance(initializer, GivenValues)
    assert initializer((2, 3), "float16").tolist() == TABLE.tolist()
    with pytest.raises(ShapeError, match=r"fits only a weight of that shape; received shape: \(4, 2, 3\)"):
        initializer((4, 2, 3))
    again = initializers.deserialize(initializers.serialize(initializer))
    np.testing.assert_array_equal(again((2, 3)), TABLE)
