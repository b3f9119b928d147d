"""Boxes of weights: comparisons, and values lent to them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import initializers
from ranvier.errors import ConfigurationError
from ranvier.naming import reset_names
from ranvier.variable import Variable, binding


def test_comparisons_are_entry_by_entry() -> None:
    variable = Variable(np.array([1.0, 2.0], "float32"))
    np.testing.assert_array_equal(variable == 2.0, [False, True])
    np.testing.assert_array_equal(variable != np.array([1.0, 3.0], "float32"), [False, True])
    np.testing.assert_array_equal(variable == Variable(np.array([1.0, 1.0], "float32")), [True, False])
    np.testing.assert_array_equal(variable <= 1.0, [True, False])
    assert Variable(np.array(3, "int32")) == 3


def test_a_variable_is_a_key() -> None:
    first, second = Variable(np.zeros(2, "float32")), Variable(np.zeros(2, "float32"))
    table = {first: "first", second: "second"}
    assert table[first] == "first"
    assert table[second] == "second"
    assert len({first, second, first}) == 2


@pytest.mark.parametrize("box", [True, False])
def test_values_may_be_lent_in_boxes(box: bool) -> None:
    variable = Variable(np.array(1.0, "float32"))
    with binding([variable], [variable if box else variable.value]) as bound:
        variable.assign(variable + 1.0)
        assert float(variable) == 2.0
    assert float(bound[variable]) == 2.0
    assert float(variable) == 1.0


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (1.5, "float32", ()),
        (3, "int32", ()),
        (True, "bool", ()),
        ([1, 2], "int32", (2,)),
        (np.ones((2, 1)), "float32", (2, 1)),
        (np.arange(3), "int32", (3,)),
        (np.ones(2, "float16"), "float16", (2,)),
    ],
)
def test_a_value_makes_a_variable_as_in_keras(value: Any, dtype: str, shape: Any) -> None:
    for variable in (Variable(value), keras.Variable(value)):
        assert (str(variable.dtype), tuple(variable.shape), variable.trainable) == (dtype, shape, True)
    assert Variable(value, dtype="float64").dtype == "float64"


def test_an_initializer_makes_a_variable() -> None:
    made = Variable(initializers.Constant(2.0), shape=(2, 3), dtype="float16", trainable=False, name="w")
    np.testing.assert_array_equal(made.numpy(), np.full((2, 3), 2.0, "float16"))
    assert (made.dtype, made.trainable, made.name, made.path) == ("float16", False, "w", "w")
    assert Variable(lambda shape, dtype: np.zeros(shape, dtype), shape=(4,)).dtype == "float32"
    reset_names()
    assert [Variable(0).name, Variable(0).path] == ["variable", "variable_1"]
    with pytest.raises(ConfigurationError, match="needs a shape"):
        Variable(initializers.Zeros())
    with pytest.raises(ConfigurationError, match=r"initializers.get\('zeros'\)"):
        Variable("zeros", shape=(2,))
