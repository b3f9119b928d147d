"""Batch statistics: whose they are, and where they go."""

from __future__ import annotations

import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers import BatchNormalization, Input

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

X = np.array([[1.0, 10.0], [3.0, 30.0]], "float32")


def test_worked_by_hand() -> None:
    layer = BatchNormalization(momentum=0.9, epsilon=0.0)
    np.testing.assert_allclose(layer(X, training=True), [[-1.0, -1.0], [1.0, 1.0]], rtol=1e-6)
    np.testing.assert_allclose(layer.moving_mean.numpy(), [0.2, 2.0], rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), [0.9 + 0.1, 0.9 + 10.0], rtol=1e-6)
    np.testing.assert_allclose(layer(X)[0], [0.8, 8.0 / np.sqrt(10.9)], rtol=1e-6)


def test_padding_may_hold_anything() -> None:
    padded = np.concatenate([X, np.full((3, 2), np.nan, "float32")])
    layer, reference = BatchNormalization(), BatchNormalization()
    with forward_pass(ForwardPass(training=True, valid=jnp.asarray([1.0, 1.0, 0.0, 0.0, 0.0]))):
        outputs = layer(padded)
    np.testing.assert_allclose(outputs[:2], reference(X, training=True), rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), reference.moving_variance.numpy(), rtol=1e-6)
    assert np.isfinite(layer.moving_mean.numpy()).all()


def test_frozen_layer_is_in_inference() -> None:
    layer = BatchNormalization()
    layer(X)
    layer.trainable = False
    np.testing.assert_array_equal(layer(X, training=True), layer(X))
    assert layer.moving_mean.numpy().tolist() == [0.0, 0.0]
    assert layer.trainable_variables == []


@pytest.mark.parametrize("padded", [False, True])
def test_masked_positions_do_not_count(padded: bool) -> None:
    inputs = np.random.default_rng(0).normal(size=(4, 3, 2)).astype("float32")
    mask = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 0]], bool)
    ours, theirs = BatchNormalization(), keras.layers.BatchNormalization()
    valid = jnp.asarray([1.0, 1.0, 1.0, 0.0]) if padded else None
    rows = 3 if padded else 4
    with forward_pass(ForwardPass(training=True, valid=valid)):
        outputs = ours(inputs, mask=mask)
    expected = theirs(inputs[:rows], training=True, mask=mask[:rows])
    np.testing.assert_allclose(outputs[:rows], expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(ours.moving_mean.numpy(), np.asarray(theirs.moving_mean), rtol=1e-4)


def test_momentum_and_epsilon_are_data_of_the_program() -> None:
    layer, traces = BatchNormalization(), []
    layer.build((None, 2))
    assert layer.structure() == BatchNormalization(momentum=0.5, epsilon=0.1).structure()
    assert layer.structure() != BatchNormalization(axis=1).structure()

    @jax.jit
    def program(epsilon: Any) -> Any:
        traces.append(1)
        settings = {id(layer): {"epsilon": epsilon, "momentum": jnp.float32(0.9)}}
        with forward_pass(ForwardPass(settings=settings)):
            return layer(X)

    for epsilon in (0.0, 3.0):
        np.testing.assert_allclose(program(jnp.float32(epsilon)), X / np.sqrt(1.0 + epsilon), rtol=1e-6)
    assert len(traces) == 1


def test_half_precision_is_summed_in_single() -> None:
    layer = BatchNormalization(dtype="float16")
    outputs = layer(np.array([[300.0], [500.0]]), training=True)
    assert outputs.dtype == jnp.float16
    np.testing.assert_allclose(outputs, [[-1.0], [1.0]], atol=1e-3)


def test_built_for_other_features() -> None:
    layer = BatchNormalization()
    layer(X)
    for inputs in (Input((3,)), np.ones((1, 3))):
        with pytest.raises(ShapeError, match="built for 2 features along axis -1; received shape"):
            layer(inputs)


@pytest.mark.parametrize(
    ("mistake", "kind", "sentence"),
    [
        (lambda: BatchNormalization(synchronized=True), UnsupportedError, "synchronized=True"),
        (lambda: BatchNormalization(renorm=True), UnsupportedError, "renorm=True"),
        (lambda: BatchNormalization(axis=[1]), ConfigurationError, "must be an integer"),
        (lambda: BatchNormalization(momentum=1.5), ConfigurationError, "`momentum`"),
        (lambda: BatchNormalization()(X, mask=X > 0, training=True), ShapeError, "one axis less"),
        (lambda: BatchNormalization()(Input((None,))), ShapeError, "is known"),
    ],
)
def test_mistakes_are_explained(mistake: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        mistake()
