"""What operations take, how they stand in a network, and what they say of wrong arguments."""

from __future__ import annotations

import operator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import activations, ops
from ranvier.errors import ConfigurationError, DataTypeError, ShapeError, UnknownNameError, UnsupportedError
from ranvier.ops.dtypes import engine_dtype
from ranvier.symbolic import SymbolicTensor
from ranvier.variable import Variable

X = np.arange(6.0, dtype=np.float32).reshape(2, 3)


@pytest.mark.parametrize("value", [X, X.tolist(), jnp.asarray(X), Variable(X), X.astype(np.float64)])
def test_anything_that_holds_numbers_is_taken(value: Any) -> None:
    total = ops.sum(value)
    assert isinstance(total, jax.Array)
    assert total.dtype == jnp.float32
    assert float(total) == 15.0


def test_arguments_may_be_named() -> None:
    np.testing.assert_array_equal(ops.add(x1=X, x2=X), X + X)
    np.testing.assert_array_equal(ops.sum(x=X, axis=0), X.sum(0))
    np.testing.assert_array_equal(ops.concatenate(xs=[X, X], axis=-1), np.concatenate([X, X], -1))


def test_dtypes_mix_under_strict_promotion_too(strict_promotion: None) -> None:
    assert ops.add(X, np.arange(3)).dtype == jnp.float32
    assert ops.multiply(X.astype(np.float16), 2.0).dtype == jnp.float16
    assert ops.where(X > 1, X, 0).dtype == jnp.float32


def test_mean_worked_by_hand() -> None:
    assert float(ops.mean([1, 2, 6])) == 3.0
    assert float(ops.divide(1, 4)) == 0.25


def test_gradients_flow_through() -> None:
    gradient = jax.grad(lambda x: ops.sum(ops.square(x)))(jnp.asarray(X))
    np.testing.assert_allclose(gradient, 2 * X)


def test_custom_gradient() -> None:
    @ops.custom_gradient
    def doubled(x: Any) -> Any:
        return ops.square(x), lambda upstream: upstream * 100.0

    assert float(jax.grad(doubled)(3.0)) == 100.0
    assert float(doubled(Variable(np.float32(2.0)))) == 4.0


def test_vectorize() -> None:
    clamp = ops.vectorize(lambda a, b: jnp.minimum(a, b))
    np.testing.assert_array_equal(clamp(Variable(X), 2.0), np.minimum(X, 2.0))


def test_shape_dtype_and_conversion() -> None:
    tensor = SymbolicTensor((None, 3))
    assert ops.shape(tensor) == (None, 3)
    assert ops.shape([[1, 2]]) == (1, 2)
    assert ops.dtype(tensor) == "float32"
    assert ops.dtype([1]) == "int32"
    assert ops.convert_to_tensor(tensor) is tensor
    assert ops.convert_to_tensor(tensor, "int32").dtype == "int32"
    assert ops.is_tensor(jnp.zeros(2))
    assert not ops.is_tensor(X)
    assert not ops.is_tensor(tensor)
    assert ops.empty((2,)).shape == ops.empty_like(X[0, :2]).shape


def test_round_trips() -> None:
    pair = ops.view_as_complex(X[:, :2])
    np.testing.assert_array_equal(ops.view_as_real(pair), X[:, :2])
    signal = np.random.default_rng(0).normal(size=(2, 24)).astype(np.float32)
    parts = ops.stft(signal, 8, 4, 8)
    np.testing.assert_allclose(ops.istft(parts, 8, 4, 8), signal, atol=1e-5)
    np.testing.assert_allclose(ops.istft(parts, 8, 4, 8, length=12), signal[:, :12], atol=1e-5)
    parts = ops.stft(signal, 8, 4, 8, window=None, center=False)
    np.testing.assert_allclose(ops.istft(parts, 8, 4, 8, window=None, center=False), signal, atol=1e-5)


def test_pools_lie_side_by_side_by_default() -> None:
    images = np.arange(16.0, dtype=np.float32).reshape(1, 4, 4, 1)
    np.testing.assert_array_equal(ops.max_pool(images, 2)[0, :, :, 0], [[5, 7], [13, 15]])
    np.testing.assert_array_equal(ops.max_pool(images.astype(np.int32), 2)[0, :, :, 0], [[5, 7], [13, 15]])
    np.testing.assert_array_equal(ops.average_pool(images, 2)[0, :, :, 0], [[2.5, 4.5], [10.5, 12.5]])


def test_segments_without_their_number() -> None:
    np.testing.assert_array_equal(ops.segment_sum([1.0, 2.0, 3.0], [0, 1, 0]), [4.0, 2.0])


def test_bincount_of_rows() -> None:
    np.testing.assert_array_equal(ops.bincount([[0, 1], [2, 2]]), [[1, 1, 0], [0, 0, 2]])
    np.testing.assert_array_equal(
        ops.bincount([[0, 1]], weights=[[0.5, 2.0]], minlength=3), [[0.5, 2.0, 0.0]]
    )


_OPERATORS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "true_divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "mod": operator.mod,
    "power": operator.pow,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}


@pytest.mark.parametrize("name", _OPERATORS)
def test_operators_on_symbolic_tensors_are_in_the_registry(name: str) -> None:
    outputs = _OPERATORS[name](SymbolicTensor((None, 3)), 2.0)
    assert outputs.node.operation.kind == name
    np.testing.assert_allclose(ops.REGISTRY[name](X, 2.0), _OPERATORS[name](X, 2.0))


def test_other_operators_and_activations_are_in_the_registry() -> None:
    tensor = SymbolicTensor((None, 3))
    for outputs in (tensor @ np.ones((3, 2), np.float32), tensor[:, 0], -tensor, abs(tensor)):
        assert outputs.node.operation.kind in ops.REGISTRY
    for name in activations.__all__:
        if name not in ("deserialize", "get", "linear", "serialize", "threshold"):
            outputs = getattr(activations, name)(SymbolicTensor((None, 4)))
            assert outputs.node.operation.kind in ops.REGISTRY, name


def test_both_forms_of_gelu_come_back_from_the_registry() -> None:
    for outputs, approximate in (
        (ops.gelu(SymbolicTensor((3,))), True),
        (activations.gelu(SymbolicTensor((3,))), False),
    ):
        node = outputs.node
        again = ops.REGISTRY[node.operation.kind](X, *node.args[1:], **node.kwargs)
        np.testing.assert_allclose(again, activations.gelu(X, approximate=approximate))


def test_a_symbolic_tensor_may_stand_anywhere() -> None:
    tensor = SymbolicTensor((None, 3))
    assert ops.concatenate([tensor, tensor], axis=1).shape == (None, 6)
    assert ops.concatenate(xs=[tensor, jnp.zeros((4, 3))], axis=0).shape == (None, 3)
    outputs = ops.where(tensor > 0, x1=tensor, x2=0.0)
    assert outputs.shape == (None, 3)
    assert isinstance(ops.add(tensor, jnp.ones(3)).node.args[1], np.ndarray)


def test_a_variable_is_no_constant_of_a_network() -> None:
    with pytest.raises(UnsupportedError, match="Write a layer that owns the variable"):
        ops.matmul(SymbolicTensor((None, 3)), Variable(np.ones((3, 2), np.float32)))


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: ops.sum("abc"), DataTypeError, "needs numbers"),
        (lambda: ops.sum(np.array(["a"])), DataTypeError, "needs numbers"),
        (lambda: ops.sum([[1, 2], [3]]), DataTypeError, "equal lengths"),
        (lambda: ops.sum(X, axes=1), TypeError, r"sum\(x, axis=None, keepdims=False\)"),
        (lambda: ops.cast(X, "float31"), UnknownNameError, "float32"),
        (lambda: ops.one_hot([1], 3, sparse=True), UnsupportedError, "Sparse"),
        (lambda: ops.multi_hot([[1]]), ConfigurationError, "num_classes"),
        (lambda: ops.convert_to_tensor(X, ragged=True), UnsupportedError, "ragged"),
        (lambda: ops.categorical_crossentropy(X, X[:1]), ShapeError, "one shape"),
        (lambda: ops.sparse_categorical_crossentropy([0], X), ShapeError, "without its last axis"),
        (lambda: ops.moments(X, 0, synchronized=True), UnsupportedError, "devices"),
        (lambda: ops.layer_normalization(X, scale=1), ConfigurationError, "'scale'"),
        (lambda: ops.normalize(X, order=0), ConfigurationError, "`order`"),
        (lambda: ops.pad(X, 1, "reflect", 2.0), ConfigurationError, "constant_values"),
        (lambda: ops.scatter_update(X[0], [[0]], [1.0], "mean"), ConfigurationError, "'mul'"),
        (lambda: ops.searchsorted(X, [1.0]), ShapeError, "one axis"),
        (lambda: ops.qr(X, "full"), ConfigurationError, "'reduced'"),
        (lambda: ops.cdist(X, X[:, :2]), ShapeError, "rows of one length"),
        (lambda: ops.fft(X), ConfigurationError, "a pair of arrays"),
        (lambda: ops.view_as_complex(X), ShapeError, "size 2"),
        (lambda: ops.conv(np.ones((1, 4, 4, 3)), np.ones((2, 2, 2, 1))), ShapeError, "multiple"),
        (lambda: ops.conv(np.ones((1, 2, 2, 1)), np.ones((3, 3, 1, 1))), ShapeError, "Nothing is left"),
        (
            lambda: ops.conv(np.ones((1, 4, 4, 1)), np.ones((2, 2, 1, 1)), (1, 1, 1)),
            ShapeError,
            "spatial axis",
        ),
        (
            lambda: ops.conv(np.ones((1, 4, 4, 1)), np.ones((2, 2, 1, 1)), padding="full"),
            ConfigurationError,
            "'same'",
        ),
        (
            lambda: ops.max_pool(np.ones((1, 4, 4, 1)), 2, data_format="NCHW"),
            ConfigurationError,
            "channels_last",
        ),
        (lambda: ops.depthwise_conv(np.ones((1, 4, 4, 3)), np.ones((2, 2, 2, 1))), ShapeError, "3 channels"),
        (lambda: ops.dot_product_attention(X, X, X), ShapeError, "heads"),
        (
            lambda: ops.dot_product_attention(X, X, X, flash_attention=True),
            UnsupportedError,
            "flash_attention",
        ),
        (lambda: ops.stft(X, 3, 1, 2), ConfigurationError, "fft_length"),
        (lambda: ops.stft(X, 2, 1, 2, window="box"), ConfigurationError, "'hann'"),
        (lambda: ops.stft(X, 2, 1, 2, window=[1.0]), ShapeError, r"\(2,\)"),
        (lambda: ops.softmaxx, AttributeError, "Did you mean 'softmax'"),
        (lambda: ops.rearrange, AttributeError, "`ops.reshape`"),
    ],
)
def test_faults(call: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        call()


def test_dtypes() -> None:
    assert engine_dtype("float64") == engine_dtype(float) == engine_dtype(np.float32) == jnp.float32
    assert engine_dtype("int64") == engine_dtype(int) == engine_dtype("int") == jnp.int32
    assert engine_dtype(bool) == jnp.bool_


def test_names_are_listed() -> None:
    assert dir(ops) == ops.__all__
    assert not hasattr(ops, "no_such_operation")
