"""Windows over images: ties, borders, NaN, and images that do not fit."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from ranvier import layers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers import Input


def image(*rows: Any) -> np.ndarray:
    return np.array(rows, "float32")[None, :, :, None]


def test_worked_by_hand() -> None:
    inputs = image([1, 2, 3], [4, 5, 6], [7, 8, 9])
    largest = layers.MaxPooling2D(2, 1)(inputs)
    assert np.asarray(largest)[0, :, :, 0].tolist() == [[5.0, 6.0], [8.0, 9.0]]
    mean = layers.AveragePooling2D(2, 2, "same")(inputs)
    assert np.asarray(mean)[0, :, :, 0].tolist() == [[3.0, 4.5], [7.5, 9.0]]
    assert np.asarray(layers.GlobalAveragePooling2D()(inputs)).tolist() == [[5.0]]
    assert np.asarray(layers.GlobalMaxPooling2D()(inputs)).tolist() == [[9.0]]


@pytest.mark.parametrize(("window", "stride", "padding"), [(2, 2, "valid"), (3, 2, "same"), (3, 1, "valid")])
def test_of_equal_numbers_the_first_gets_the_gradient(window: int, stride: int, padding: str) -> None:
    inputs = np.random.default_rng(0).integers(0, 3, (2, 6, 7, 2)).astype("float32")
    layer = layers.MaxPooling2D(window, stride, padding)
    sizes = (1, window, window, 1), (1, stride, stride, 1), padding.upper()

    def ours(values: Any) -> Any:
        with forward_pass(ForwardPass()):
            outputs = layer(values)
        return jnp.sum(outputs * jnp.arange(outputs.size).reshape(outputs.shape))

    def reference(values: Any) -> Any:
        outputs = lax.reduce_window(values, -jnp.inf, lax.max, *sizes)
        return jnp.sum(outputs * jnp.arange(outputs.size).reshape(outputs.shape))

    np.testing.assert_array_equal(jax.jit(jax.grad(ours))(inputs), jax.jit(jax.grad(reference))(inputs))


def test_nan_is_not_hidden() -> None:
    for place in range(4):
        values = np.arange(4.0, dtype="float32")
        values[place] = np.nan
        assert np.isnan(layers.MaxPooling2D()(values.reshape(1, 2, 2, 1))).all()


def test_aliases() -> None:
    assert layers.MaxPool2D is layers.MaxPooling2D
    assert layers.AvgPool2D is layers.AveragePooling2D
    assert layers.GlobalAvgPool2D is layers.GlobalAveragePooling2D
    assert layers.GlobalMaxPool2D is layers.GlobalMaxPooling2D
    assert layers.Convolution2D is layers.Conv2D


def test_images_of_unknown_size() -> None:
    tensor = layers.Conv2D(5, 3, padding="same")(Input((None, 8, 2)))
    assert tensor.shape == (None, None, 8, 5)
    assert layers.MaxPooling2D()(tensor).shape == (None, None, 4, 5)
    assert layers.UpSampling2D()(tensor).shape == (None, None, 16, 5)
    assert layers.ZeroPadding2D()(tensor).shape == (None, None, 10, 5)


def test_convolution_worked_by_hand() -> None:
    layer = layers.Conv2D(1, 2, kernel_initializer="ones", bias_initializer="ones")
    assert np.asarray(layer(image([1, 2], [3, 4]))).tolist() == [[[[11.0]]]]


def conv_built() -> Any:
    layer = layers.Conv2D(2, 2)
    layer.build((None, 4, 4, 3))
    return layer


MISTAKES = [
    (
        lambda: layers.MaxPooling2D()(Input((5, 5))),
        ShapeError,
        r"images of shape \(batch, height, width, channels\)",
    ),
    (
        lambda: layers.MaxPooling2D(data_format="channels_first")(Input((5,))),
        ShapeError,
        "channels, height, width",
    ),
    (
        lambda: layers.MaxPooling2D(6)(Input((5, 5, 1))),
        ShapeError,
        "windows of 6 that do not fit into images of 5",
    ),
    (lambda: layers.Conv2D(2, 3, dilation_rate=3)(Input((5, 5, 1))), ShapeError, "windows of 7"),
    (lambda: layers.Conv2D(2, 3)(Input((5, 5, None))), ShapeError, "known number of channels"),
    (lambda: layers.Conv2D(2, 3, groups=2)(Input((5, 5, 3))), ShapeError, "a multiple of groups=2"),
    (lambda: conv_built()(Input((4, 4, 1))), ShapeError, "images of 3 channels"),
    (lambda: conv_built()(np.ones((1, 4, 4, 1))), ShapeError, "images of 3 channels"),
    (lambda: layers.Conv2D(0, 3), ConfigurationError, "`filters` must be a positive integer; received: 0"),
    (lambda: layers.Conv2D(3, 3, groups=2), ConfigurationError, "multiple of `groups`"),
    (lambda: layers.Conv2D(3, (3, 3, 3)), ConfigurationError, "`kernel_size` must be an integer"),
    (lambda: layers.Conv2D(3, 3, strides=0), ConfigurationError, "`strides`"),
    (lambda: layers.Conv2D(3, 3, padding="full"), ConfigurationError, "'valid' or 'same'; received: 'full'"),
    (lambda: layers.Conv2D(3, 3, strides=2, dilation_rate=2), ConfigurationError, "cannot both be above 1"),
    (lambda: layers.ZeroPadding2D(-1), ConfigurationError, "`padding`"),
    (lambda: layers.ZeroPadding2D((1, 2, 3)), ConfigurationError, "two pairs of integers"),
    (lambda: layers.UpSampling2D(interpolation="cubic"), ConfigurationError, "'nearest' or 'bilinear'"),
]


@pytest.mark.parametrize(("mistake", "kind", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_explained(mistake: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        mistake()
