"""Noise in training: how much, where, and by which key."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError
from ranvier.forward_pass import ForwardPass, forward_pass

ONES = np.ones((2000, 20), "float32")


def in_training(layer: Any, inputs: Any, key: int = 0, step: int = 0) -> np.ndarray:
    with forward_pass(ForwardPass(training=True, key=jax.random.key(key), step=step)):
        return np.asarray(layer(inputs))


def test_dropout_drops_a_fraction_and_scales_the_rest() -> None:
    outputs = in_training(layers.Dropout(0.3), ONES)
    np.testing.assert_allclose(np.unique(outputs), [0.0, 1.0 / 0.7], rtol=1e-6)
    assert (outputs == 0.0).mean() == pytest.approx(0.3, abs=0.01)
    assert outputs.mean() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(("rate", "value"), [(0.0, 1.0), (1.0, 0.0)])
def test_dropout_of_nothing_and_of_everything(rate: float, value: float) -> None:
    assert np.unique(in_training(layers.Dropout(rate), ONES)).tolist() == [value]


@pytest.mark.parametrize(
    ("layer", "shape", "axes"),
    [
        (layers.SpatialDropout1D(0.5), (20, 7, 30), (1,)),
        (layers.SpatialDropout2D(0.5), (20, 3, 4, 30), (1, 2)),
        (layers.SpatialDropout2D(0.5, data_format="channels_first"), (20, 30, 3, 4), (2, 3)),
        (layers.Dropout(0.5, noise_shape=(None, 1, 30)), (20, 5, 30), (1,)),
    ],
)
def test_whole_channels_drop_together(layer: Any, shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    outputs = in_training(layer, np.ones(shape, "float32"))
    assert (outputs.min(axis=axes) == outputs.max(axis=axes)).all()
    assert 0.3 < (outputs == 0.0).mean() < 0.7


def test_gaussian_noise_has_its_deviation() -> None:
    outputs = in_training(layers.GaussianNoise(0.5), ONES)
    assert outputs.mean() == pytest.approx(1.0, abs=0.02)
    assert outputs.std() == pytest.approx(0.5, abs=0.02)


def test_gaussian_dropout_has_the_deviation_of_dropout() -> None:
    outputs = in_training(layers.GaussianDropout(0.2), 2.0 * ONES)
    assert outputs.mean() == pytest.approx(2.0, abs=0.03)
    assert outputs.std() == pytest.approx(2.0 * np.sqrt(0.25), abs=0.03)


def test_keys_decide() -> None:
    layer = layers.Dropout(0.5)
    np.testing.assert_array_equal(in_training(layer, ONES, key=1), in_training(layer, ONES, key=1))
    assert (in_training(layer, ONES, key=1) != in_training(layer, ONES, key=2)).any()
    with forward_pass(ForwardPass(training=True, key=jax.random.key(0))):
        assert (layer(ONES) != layer(ONES)).any()


def test_own_seed_replaces_the_key_but_not_the_step() -> None:
    layer = layers.Dropout(0.5, seed=7)
    first = in_training(layer, ONES, key=1)
    np.testing.assert_array_equal(first, in_training(layer, ONES, key=2))
    assert (first != in_training(layer, ONES, step=1)).any()


def test_rate_is_data_of_the_program() -> None:
    layer, traces = layers.Dropout(0.5, seed=1), []
    assert layer.structure() == layers.Dropout(0.1, seed=1).structure()

    @jax.jit
    def program(inputs: Any, rate: Any) -> Any:
        traces.append(1)
        with forward_pass(ForwardPass(training=True, settings={id(layer): {"rate": rate}})):
            return layer(inputs)

    dropped = [float((program(ONES, jnp.float32(rate)) == 0.0).mean()) for rate in (0.1, 0.6)]
    assert dropped == pytest.approx([0.1, 0.6], abs=0.02)
    assert len(traces) == 1


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (lambda: layers.Dropout(1.5), "`rate` must be a finite number, at least 0, at most 1; received: 1.5"),
        (lambda: layers.Dropout("a"), "received: 'a'"),
        (lambda: layers.Dropout(0.5, seed=-1), "`seed` must be a non-negative integer"),
        (lambda: layers.GaussianDropout(1.0), "less than 1"),
        (lambda: layers.GaussianNoise(-1.0), "`stddev`"),
        (lambda: layers.SpatialDropout2D(0.5, data_format="last"), "`data_format`"),
    ],
)
def test_mistakes_are_explained(mistake: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        mistake()


@pytest.mark.parametrize("shape", ["wide", (20, 1.5, 10), (20, -1, 10), (20, 0, 10), 3])
def test_a_noise_shape_is_a_shape(shape: Any) -> None:
    with pytest.raises(
        ConfigurationError, match="`noise_shape` must be a list of positive integers and None"
    ):
        layers.Dropout(0.5, noise_shape=shape)
