"""What a loss makes of what it receives."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import DataTypeError, ShapeError
from ranvier.functions.losses.shapes import as_array, as_floating, canonical_axis, matched, one_hot, same_rank
from ranvier.variable import Variable


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((4,), (4, 1), ((4, 1), (4, 1))),
        ((4, 1), (4,), ((4, 1), (4, 1))),
        ((4, 3), (4, 3, 1), ((4, 3), (4, 3))),
        ((4, 3, 1), (4, 3), ((4, 3), (4, 3))),
        ((4,), (4, 3), ((4,), (4, 3))),
        ((4, 1, 1), (4,), ((4, 1, 1), (4,))),
    ],
)
def test_same_rank(first: tuple, second: tuple, expected: tuple) -> None:
    shapes = jax.eval_shape(same_rank, jnp.zeros(first), jnp.zeros(second))
    assert (shapes[0].shape, shapes[1].shape) == expected


def test_matched_casts_targets_to_the_predictions() -> None:
    y_true, y_pred = matched(np.array([1, 2], "uint8"), jnp.zeros((2, 1), jnp.bfloat16), "loss")
    assert y_true.dtype == y_pred.dtype == jnp.bfloat16
    assert y_true.shape == y_pred.shape == (2, 1)


def test_scalars_have_no_axis_to_average_over() -> None:
    with pytest.raises(ShapeError, match="at least one axis"):
        matched(1.0, 2.0, "loss")


def test_as_floating() -> None:
    assert as_floating([1, 2], "y_pred").dtype == jnp.float32
    assert as_floating(np.ones(2, "float64"), "y_pred").dtype == jnp.float32
    assert as_floating(Variable(np.ones(2, "float32")), "y_pred").shape == (2,)


@pytest.mark.parametrize("value", [["a"], [None], [1j], np.array(["2020-01-01"], "datetime64[D]")])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(DataTypeError, match="`y_pred` must hold numbers"):
        as_array(value, "y_pred")


def test_lists_of_unequal_lengths_are_refused() -> None:
    with pytest.raises(DataTypeError, match="unequal lengths"):
        as_array([[1, 2], [3]], "y_true")


def test_canonical_axis() -> None:
    assert canonical_axis(-1, 3) == 2
    assert canonical_axis(np.int64(1), 3) == 1


def test_one_hot() -> None:
    labels = jnp.array([[0, 2], [3, 1]], jnp.int32)
    rows = np.asarray(one_hot(labels, 3, 1))
    assert rows.shape == (2, 3, 2)
    np.testing.assert_array_equal(rows[0].T, [[True, False, False], [False, False, True]])
    assert not rows[1, :, 0].any()
