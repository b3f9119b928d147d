from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.plots import first_layer_weights
from ranvier.variable import Variable

KERNEL = np.random.default_rng(0).normal(size=(64, 6))


def shown(figure):
    return figure.axes[0].images[0].get_array()


def test_each_neuron_is_a_picture(drawn):
    figure = first_layer_weights(KERNEL, columns=3, title="First layer")
    drawn(figure)
    np.testing.assert_allclose(shown(figure)[:8, :8], KERNEL[:, 0].reshape(8, 8))
    np.testing.assert_allclose(shown(figure)[9:17, 9:17], KERNEL[:, 4].reshape(8, 8))
    image = figure.axes[0].images[0]
    assert image.get_clim() == (-np.abs(KERNEL).max(), np.abs(KERNEL).max())
    assert image.get_cmap().name == "RdBu"
    assert figure.axes[0].get_title(loc="left") == "First layer"


def test_models_and_layers():
    dense = SimpleNamespace(kernel=Variable(KERNEL), get_weights=list)
    model = SimpleNamespace(layers=[SimpleNamespace(), SimpleNamespace(kernel=None), dense])
    for source in (dense, model):
        np.testing.assert_allclose(shown(first_layer_weights(source))[:8, :8], KERNEL[:, 0].reshape(8, 8))


def test_shapes():
    figure = first_layer_weights(KERNEL, image_shape=(4, 16), columns=1)
    np.testing.assert_allclose(shown(figure)[:4], KERNEL[:, 0].reshape(4, 16))
    colour = np.random.default_rng(0).normal(size=(48, 2))
    np.testing.assert_allclose(
        shown(first_layer_weights(colour, columns=1))[:4], colour[:, 0].reshape(4, 4, 3).mean(axis=2)
    )


def test_convolutions(drawn):
    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 5))
    figure = first_layer_weights(kernel, columns=5)
    drawn(figure)
    np.testing.assert_allclose(shown(figure)[:3, :3], kernel[:, :, :, 0].mean(axis=2))


def test_no_weight_at_all(drawn):
    drawn(first_layer_weights(np.zeros((4, 2))))


class Unbuilt:
    get_weights = list

    @property
    def kernel(self) -> None:
        raise ValueError("not built")


@pytest.mark.parametrize(
    ("source", "options", "error", "sentence"),
    [
        (
            SimpleNamespace(layers=[Unbuilt()]),
            {},
            DataError,
            "no layer has a kernel yet. Build the model first",
        ),
        (Unbuilt(), {}, DataError, "no weights to draw"),
        (np.zeros(5), {}, ShapeError, r"received: \(5,\)"),
        (
            np.zeros((10, 3)),
            {},
            ConfigurationError,
            r"from 10 inputs, which are no square; give `image_shape=",
        ),
        (
            np.zeros((10, 3)),
            {"image_shape": (3, 3)},
            ShapeError,
            r"hold the 10 inputs .*; received: \(3, 3\)",
        ),
        (np.zeros((3, 3, 1, 2)), {"image_shape": (3, 3)}, ConfigurationError, "belongs to dense layers"),
        (np.zeros((4, 1025)), {}, DataError, "At most 1024 neurons can be drawn; received: 1,025"),
    ],
)
def test_what_is_refused(source, options, error, sentence):
    with pytest.raises(error, match=sentence):
        first_layer_weights(source, **options)
