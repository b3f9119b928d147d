"""``K``: settings, older names, and everything in ``ops``."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier import backend as K  # noqa: N812
from ranvier import ops
from ranvier.naming import automatic_name
from ranvier.symbolic import SymbolicTensor

X = np.array([[1.0, -2.0], [3.0, 4.0]], np.float32)


def test_clear_session_counts_names_from_the_beginning() -> None:
    first = automatic_name("thing")
    K.clear_session()
    assert automatic_name("thing") == first


def test_settings() -> None:
    assert (K.backend(), K.floatx(), K.epsilon(), K.image_data_format()) == (
        "jax",
        "float32",
        1e-7,
        "channels_last",
    )
    assert K.standardize_dtype(None) == "float32"
    assert K.is_float_dtype("float64")
    assert K.is_int_dtype("uint8")
    assert not K.is_int_dtype("float32")


def test_uids_count_up() -> None:
    assert [K.get_uid("a"), K.get_uid("a"), K.get_uid("b")] == [1, 2, 1]


def test_operations_are_found_here() -> None:
    for name in (
        "mean",
        "sum",
        "square",
        "sqrt",
        "exp",
        "log",
        "clip",
        "abs",
        "cast",
        "argmax",
        "equal",
        "dot",
    ):
        assert getattr(K, name) is getattr(ops, name)
    assert K.pow is ops.power
    assert {"mean", "pow", "floatx"} <= set(dir(K))


def test_a_custom_metric_in_the_old_manner() -> None:
    def recall(y_true: object, y_pred: object) -> object:
        found = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
        return found / (K.sum(K.round(K.clip(y_true, 0, 1))) + K.epsilon())

    value = recall(np.array([1.0, 1.0, 0.0], np.float32), np.array([0.9, 0.2, 0.8], np.float32))
    assert float(value) == pytest.approx(0.5)


def test_older_names() -> None:
    np.testing.assert_array_equal(K.flatten(X), X.ravel())
    np.testing.assert_array_equal(K.batch_flatten(X[None]), X.reshape(1, 4))
    np.testing.assert_array_equal(K.gather(X, [1]), X[[1]])
    np.testing.assert_array_equal(K.permute_dimensions(X, (1, 0)), X.T)
    np.testing.assert_allclose(K.l2_normalize(X), X / np.sqrt((X**2).sum()), rtol=1e-6)
    np.testing.assert_allclose(
        K.l2_normalize(X, axis=-1), X / np.sqrt((X**2).sum(-1, keepdims=True)), rtol=1e-6
    )
    np.testing.assert_array_equal(K.switch(X > 0, lambda: X, -X), np.abs(X))
    np.testing.assert_array_equal(K.constant(2.0, shape=(2,)), [2.0, 2.0])
    assert K.constant([1, 2]).dtype == "float32"
    assert K.int_shape(X) == (2, 2)
    assert K.cast_to_floatx([1]).dtype == np.float32
    np.testing.assert_array_equal(K.repeat_elements(X, 2, axis=1), np.repeat(X, 2, axis=1))
    np.testing.assert_array_equal(K.reverse(X, 0), X[::-1])
    assert K.random_normal((2, 3), seed=1).shape == (2, 3)
    assert K.random_uniform((2, 3), seed=1).shape == (2, 3)


def test_variables() -> None:
    weight = K.variable(X, name="weight")
    K.set_value(weight, X + 1)
    np.testing.assert_array_equal(K.get_value(weight), X + 1)
    assert weight.name == "weight"
    assert K.count_params(weight) == X.size
    for change, expected in ((K.update, X), (K.update_add, 2 * X), (K.update_sub, X)):
        assert change(weight, X) is weight
        np.testing.assert_array_equal(K.eval(weight), expected)


def test_symbolic_tensors_are_told_apart() -> None:
    assert K.is_keras_tensor(SymbolicTensor((None, 2)))
    assert not K.is_keras_tensor(X)


def test_unknown_names() -> None:
    with pytest.raises(AttributeError, match="Did you mean 'mean'"):
        K.meen  # noqa: B018
    with pytest.raises(AttributeError, match="`training`"):
        K.learning_phase()
