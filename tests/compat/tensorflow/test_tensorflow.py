"""``tf`` without TensorFlow: the part that programs use around Keras."""

from __future__ import annotations

import logging
from typing import Any

import jax
import numpy as np
import pytest

import ranvier.compat.tensorflow as tf
from ranvier.compat import MissingNameError
from ranvier.errors import ConfigurationError

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], np.float32)
CODES = np.eye(3, dtype=np.float32)[[2, 1]]


def softmax(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


CALLS: list[tuple[str, Any, Any]] = [
    ("reduce_mean", lambda: tf.reduce_mean(X, axis=1), X.mean(1)),
    ("reduce_sum", lambda: tf.reduce_sum(input_tensor=X, axis=[0, 1], keepdims=True), X.sum(keepdims=True)),
    ("reduce_max", lambda: tf.reduce_max(X, name="largest"), X.max()),
    ("reduce_any", lambda: tf.reduce_any(X > 4), True),
    ("math.reduce_std", lambda: tf.math.reduce_std(X), X.std()),
    ("math.reduce_variance", lambda: tf.math.reduce_variance(X, 0), X.var(0)),
    ("square", lambda: tf.square(X), X**2),
    ("abs", lambda: tf.abs(x=X), abs(X)),
    ("add", lambda: tf.add(x=X, y=2.0), X + 2),
    ("pow", lambda: tf.pow(X, 2), X**2),
    ("math.is_nan", lambda: tf.math.is_nan(X), np.isnan(X)),
    ("squared_difference", lambda: tf.math.squared_difference(X, 1.0), (X - 1) ** 2),
    ("argmax", lambda: tf.argmax(X, axis=1), X.argmax(1)),
    ("math.argmin", lambda: tf.math.argmin(input=X, dimension=0), X.argmin(0)),
    ("cumsum", lambda: tf.cumsum(X, axis=1), X.cumsum(1)),
    ("count_nonzero", lambda: tf.math.count_nonzero(X > 0), 4),
    ("norm", lambda: tf.norm(X), np.sqrt((X**2).sum())),
    ("linalg.norm", lambda: tf.linalg.norm(X, axis=1, ord=1), np.abs(X).sum(1)),
    ("euclidean", lambda: tf.math.reduce_euclidean_norm(X, 1), np.sqrt((X**2).sum(1))),
    ("linalg.inv", lambda: tf.linalg.inv(2 * np.eye(2, dtype=np.float32)), 0.5 * np.eye(2)),
    ("matmul", lambda: tf.matmul(X, X, transpose_b=True), X @ X.T),
    ("matmul", lambda: tf.linalg.matmul(X, X, transpose_a=True), X.T @ X),
    ("confusion", lambda: tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]), [[1, 0], [1, 1]]),
    ("confusion", lambda: tf.math.confusion_matrix([0], [0], num_classes=2), [[1, 0], [0, 0]]),
    ("bincount", lambda: tf.math.bincount([0, 2], minlength=4), [1, 0, 1, 0]),
    ("constant", lambda: tf.constant([1, 2], dtype=tf.float32), [1.0, 2.0]),
    ("constant", lambda: tf.constant(3, shape=(2, 2)), [[3, 3], [3, 3]]),
    ("constant", lambda: tf.constant([1, 2], shape=(2, 1)), [[1], [2]]),
    ("convert_to_tensor", lambda: tf.convert_to_tensor(X, name="x"), X),
    ("cast", lambda: tf.cast(X, tf.int32), X.astype(int)),
    ("one_hot", lambda: tf.one_hot([0, 2], depth=3), np.eye(3)[[0, 2]]),
    ("one_hot", lambda: tf.one_hot([0], 2, on_value=5.0, off_value=-1.0), [[5.0, -1.0]]),
    ("concat", lambda: tf.concat([X, X], axis=0), np.concatenate([X, X])),
    ("concat", lambda: tf.concat(values=[X, X], axis=1), np.concatenate([X, X], 1)),
    ("reshape", lambda: tf.reshape(X, shape=(3, 2)), X.reshape(3, 2)),
    ("reshape", lambda: tf.reshape(tensor=X, shape=[-1]), X.ravel()),
    ("transpose", lambda: tf.transpose(X, perm=[1, 0]), X.T),
    ("expand_dims", lambda: tf.expand_dims(X, axis=0), X[None]),
    ("expand_dims", lambda: X[..., tf.newaxis], X[..., None]),
    ("squeeze", lambda: tf.squeeze(X[None]), X),
    ("stack", lambda: tf.stack([X, X], axis=1), np.stack([X, X], 1)),
    ("tile", lambda: tf.tile(X, multiples=[1, 2]), np.tile(X, (1, 2))),
    ("where", lambda: tf.where(X > 0, X, 0.0), np.maximum(X, 0)),
    ("where", lambda: tf.where(X > 0, x=1.0, y=0.0), X > 0),
    ("clip", lambda: tf.clip_by_value(X, -1, 1), X.clip(-1, 1)),
    ("gather", lambda: tf.gather(X, [1]), X[[1]]),
    ("mask", lambda: tf.boolean_mask(X, [False, True]), X[[1]]),
    ("slice", lambda: tf.slice(X, begin=[0, 1], size=[2, 1]), X[:, 1:2]),
    ("split", lambda: tf.split(X, 3, axis=1)[2], X[:, 2:]),
    ("split", lambda: tf.split(X, [1, 2], axis=1)[1], X[:, 1:]),
    ("pad", lambda: tf.pad(X, [[0, 0], [1, 0]]), np.pad(X, ((0, 0), (1, 0)))),
    (
        "pad",
        lambda: tf.pad(X, tf.constant([[1, 1], [0, 0]]), "REFLECT"),
        np.pad(X, ((1, 1), (0, 0)), "reflect"),
    ),
    ("range", lambda: tf.range(3), [0, 1, 2]),
    ("range", lambda: tf.range(1, 7, delta=3), [1, 4]),
    ("zeros", lambda: tf.zeros((2,), tf.int32), [0, 0]),
    ("ones", lambda: tf.ones([2]), [1.0, 1.0]),
    ("fill", lambda: tf.fill((2,), 3.0), [3.0, 3.0]),
    ("eye", lambda: tf.eye(num_rows=2), np.eye(2)),
    ("unique", lambda: tf.unique([4, 2, 4])[0], [4, 2]),
    ("unique", lambda: tf.unique([4, 2, 4])[1], [0, 1, 0]),
    ("relu", lambda: tf.nn.relu(X), np.maximum(X, 0)),
    ("relu", lambda: tf.nn.relu(features=X), np.maximum(X, 0)),
    ("leaky", lambda: tf.nn.leaky_relu(X, alpha=0.5), np.where(X > 0, X, 0.5 * X)),
    ("softmax", lambda: tf.nn.softmax(logits=X, axis=-1), softmax(X)),
    ("l2_loss", lambda: tf.nn.l2_loss(X), (X**2).sum() / 2),
    ("l2_normalize", lambda: tf.nn.l2_normalize(X, axis=1), X / np.sqrt((X**2).sum(1, keepdims=True))),
    ("l2_normalize", lambda: tf.math.l2_normalize(X), X / np.sqrt((X**2).sum())),
    ("moments", lambda: tf.nn.moments(X, axes=[0])[1], X.var(0)),
    (
        "cross entropy",
        lambda: tf.nn.softmax_cross_entropy_with_logits(labels=CODES, logits=X),
        -(CODES * np.log(softmax(X))).sum(-1),
    ),
    (
        "sparse",
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[2, 1], logits=X),
        -(CODES * np.log(softmax(X))).sum(-1),
    ),
    (
        "sigmoid",
        lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=CODES, logits=X),
        np.logaddexp(0, X) - CODES * X,
    ),
]


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_values(number: int) -> None:
    name, call, expected = CALLS[number]
    np.testing.assert_allclose(call(), expected, rtol=1e-5, atol=1e-6, err_msg=name)


def test_gelu_is_exact_by_default() -> None:
    assert float(tf.nn.gelu(1.0)) == pytest.approx(0.8413447)
    assert float(tf.nn.gelu(1.0, approximate=True)) == pytest.approx(0.841192, abs=1e-6)


def test_every_listed_name_is_there() -> None:
    modules = (tf, tf.math, tf.nn, tf.linalg, tf.random, tf.config, tf.config.experimental, tf.data, tf.test)
    for module in (*modules, tf.data.experimental, tf.dtypes, tf.compat, tf.compat.v1, tf.compat.v1.logging):
        assert sorted(module.__all__) == list(module.__all__), module
        for name in module.__all__:
            assert getattr(module, name) is not None or name == "newaxis", (module, name)
        with pytest.raises(MissingNameError, match="no_such_name` is not offered"):
            module.no_such_name  # noqa: B018
        assert not hasattr(module, "__no_such__")
    assert tf.__version__ == tf.version.VERSION
    assert int(tf.__version__.split(".")[0]) == 2
    assert "reduce_mean" in dir(tf)


def test_closest_names_are_told() -> None:
    with pytest.raises(MissingNameError, match=r"`tf\.reduce_men` is not offered.*'reduce_mean'"):
        tf.reduce_men  # noqa: B018
    with pytest.raises(MissingNameError, match="run_eagerly=True"):
        tf.config.run_functions_eagerly(True)


def test_variables() -> None:
    weight = tf.Variable([1, 2], dtype=tf.float32, name="weight")
    weight.assign_add([1.0, 1.0])
    np.testing.assert_array_equal(weight.numpy(), [2.0, 3.0])
    assert weight.name == "weight"
    assert tf.is_tensor(weight)
    assert tf.is_tensor(tf.constant(1))
    assert isinstance(tf.constant(1), tf.Tensor)
    assert not tf.is_tensor([1])


def test_random_numbers_follow_the_seed() -> None:
    drawn = []
    for _ in range(2):
        tf.random.set_seed(3)
        arrays = (tf.random.normal((3,)), tf.random.uniform((3,)), tf.random.truncated_normal((3,)))
        drawn.append(np.concatenate([*arrays, tf.random.shuffle(np.arange(5))]))
    np.testing.assert_array_equal(*drawn)
    rows = tf.random.shuffle(X, seed=1)
    assert sorted(rows.tolist()) == sorted(X.tolist())
    assert set(np.asarray(tf.random.uniform((50,), 0, 3, tf.int32)).tolist()) == {0, 1, 2}
    assert float(tf.nn.dropout(X, 0.0).sum()) == X.sum()


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tf.config.list_physical_devices() == tf.config.list_physical_devices("CPU")
    assert tf.config.list_physical_devices("CPU")[0].name == "/physical_device:CPU:0"
    assert tf.config.list_logical_devices("CPU")[0].device_type == "CPU"
    assert tf.config.experimental.list_physical_devices("GPU") == []
    assert not tf.test.is_gpu_available()
    assert tf.test.gpu_device_name() == ""
    for device in tf.config.list_physical_devices():
        tf.config.experimental.set_memory_growth(device, True)
        assert not tf.config.experimental.get_memory_growth(device)
    with tf.device("/CPU:0"):
        assert float(tf.reduce_sum(X)) == X.sum()
    for absent in ("/GPU:0", "/CPU:99", "toaster"):
        with pytest.raises(ConfigurationError, match="There is no device"), tf.device(absent):
            pass
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert [each.name for each in tf.config.list_physical_devices("GPU")] == ["/physical_device:GPU:0"]
    assert tf.test.gpu_device_name() == "/device:GPU:0"
    assert tf.test.is_built_with_cuda()
    assert tf.test.is_built_with_gpu_support()


def test_odds_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert tf.executing_eagerly()
    tf.get_logger().setLevel("ERROR")
    assert tf.compat.v1.logging.get_verbosity() == logging.ERROR
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.WARN)
    assert tf.get_logger().level == logging.WARNING
    tf.autograph.set_verbosity(0)
    tf.compat.v1.set_random_seed(1)

    @tf.function
    def doubled(x: int) -> int:
        return 2 * x

    @tf.function(jit_compile=True)
    def tripled(x: int) -> int:
        return 3 * x

    tf.print("twice", doubled(2), tripled(2))
    assert capsys.readouterr().out == "twice 4 6\n"
    assert tf.float64.name == "float64"
    assert tf.shape(X) == (2, 3)


def test_parts_of_keras_stand_in_tf_too() -> None:
    assert tf.optimizers.Adam is tf.keras.optimizers.Adam
    assert tf.losses.MeanSquaredError is tf.keras.losses.MeanSquaredError
    assert tf.metrics.Mean is tf.keras.metrics.Mean
    assert tf.initializers.GlorotUniform is tf.keras.initializers.GlorotUniform


def test_shapes() -> None:
    shape = tf.TensorShape([None, np.int64(3)])
    assert shape == (None, 3)
    assert shape.as_list() == [None, 3]
    assert (shape.rank, shape.ndims) == (2, 2)
    assert not shape.is_fully_defined()
    assert shape.num_elements() is None
    assert tf.TensorShape(X.shape).num_elements() == 6


@pytest.mark.parametrize("name", ["contrib", "debugging", "layers", "train"])
def test_parts_of_tensorflow_with_something_else_instead(name: str) -> None:
    with pytest.raises(MissingNameError, match=rf"`tf\.{name}` is not offered .* (Use|use|Keras|eagerly)"):
        getattr(tf, name)
