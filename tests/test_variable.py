"""Boxes of weights: comparisons, and values lent to them."""

from __future__ import annotations

import numpy as np
import pytest

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
