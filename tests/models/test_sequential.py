"""Stacks of layers: how they grow, shrink, and learn their input shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError
from ranvier.layers import BatchNormalization, Dense, Dropout, Flatten, Input, Layer
from ranvier.models import Model, Sequential

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(12, 4)).astype("float32")
Y = RANDOM.integers(0, 3, 12)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sequential([Input((4,)), Dense(3), Dense(2)]),
        lambda: Sequential([Input(shape=(4,)), Dense(3), Dense(2)]),
        lambda: Sequential([Dense(3, input_shape=(4,)), Dense(2)]),
        lambda: Sequential([Dense(3, input_dim=4), Dense(2)]),
        lambda: Sequential([Dense(3, batch_input_shape=(None, 4)), Dense(2)]),
        lambda: Sequential([Sequential([Input((4,)), Dense(3)]), Dense(2)]),
    ],
    ids=["Input", "shape", "input_shape", "input_dim", "batch_input_shape", "nested"],
)
def test_the_shape_is_known_at_once(make: Any) -> None:
    model = make()
    assert model.built
    assert model.input_shape == (None, 4)
    assert model.output_shape == (None, 2)
    assert model.count_params() == 4 * 3 + 3 + 3 * 2 + 2
    assert model(X).shape == (12, 2)
    assert len(model.layers) == 2


@pytest.mark.parametrize(
    "use",
    [
        lambda model: model(X),
        lambda model: model.build((None, 4)),
        lambda model: model.fit(X, Y, verbose=0),
        lambda model: model.evaluate(X, Y, verbose=0),
        lambda model: model.predict(X, verbose=0),
        lambda model: model.train_on_batch(X, Y),
    ],
    ids=["call", "build", "fit", "evaluate", "predict", "train_on_batch"],
)
def test_the_shape_comes_with_first_use(use: Any) -> None:
    model = Sequential([Dense(5, activation="relu"), Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert not model.built
    assert model.weights == []
    with pytest.raises(NotBuiltError):
        _ = model.input_shape
    use(model)
    assert model.input_shape == (None, 4)
    assert [weight.shape for weight in model.weights] == [(4, 5), (5,), (5, 3), (3,)]


def test_integers_keep_their_dtype_where_a_layer_asks() -> None:
    model = Sequential([Flatten(), Dense(2)])
    images = np.zeros((3, 2, 2), "uint8")
    assert model.predict(images, verbose=0).shape == (3, 2)
    assert model.inputs[0].dtype == "uint8"


def test_add_and_pop() -> None:
    model = Sequential()
    model.add(Input((4,)))
    model.add(Dense(3))
    first = model.layers[0]
    model.add(Dense(2))
    assert model.output_shape == (None, 2)
    last = model.layers[-1]
    assert model.pop() is last
    assert model.output_shape == (None, 3)
    assert model.layers == [first]
    model.add(last)
    assert model.output_shape == (None, 2)
    model.pop()
    model.pop()
    assert model.layers == []
    assert not model.built
    with pytest.raises(ConfigurationError, match="no layer to take off"):
        model.pop()


def test_a_popped_layer_serves_elsewhere() -> None:
    model = Sequential([Input((4,)), Dense(3), Dense(2, name="head")])
    head = model.pop()
    other = Sequential([Input((3,)), head])
    assert head.output is other.output


def test_layers_are_shared_with_the_models_they_stand_in() -> None:
    encoder = Sequential([Input((4,)), Dense(3, activation="tanh"), Dense(2)])
    whole = Sequential([encoder, Dense(4)])
    whole.compile("sgd", "mse")
    before = encoder.predict(X, verbose=0)
    whole.fit(X, X, verbose=0)
    assert (encoder.predict(X, verbose=0) != before).any()
    np.testing.assert_array_equal(whole.get_weights()[0], encoder.get_weights()[0])


def test_features_of_a_layer_within() -> None:
    model = Sequential([Input((4,)), Dense(3, activation="relu"), Dropout(0.5), Dense(2)])
    features = Model(model.input, model.layers[-2].output)
    expected = np.maximum(X @ model.layers[0].kernel.numpy(), 0)
    np.testing.assert_allclose(features.predict(X, verbose=0), expected, rtol=1e-5, atol=1e-6)
    tail = Model(model.layers[0].output, model.output)
    np.testing.assert_allclose(tail(features(X)), model(X), rtol=1e-5, atol=1e-6)


def test_transfer_learning_keeps_frozen_weights() -> None:
    base = Sequential([Input((4,)), Dense(6, activation="relu"), BatchNormalization()], name="base")
    base.trainable = False
    model = Sequential([base, Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert len(model.trainable_weights) == 2
    assert len(model.non_trainable_weights) == 6
    frozen = base.get_weights()
    model.fit(X, Y, epochs=2, verbose=0)
    for old, new in zip(frozen, base.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    base.trainable = True
    base.layers[1].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, Y, epochs=2, verbose=0)
    assert (base.get_weights()[0] != frozen[0]).any()
    for old, new in zip(frozen[2:], base.get_weights()[2:], strict=True):
        np.testing.assert_array_equal(old, new)


def test_layers_that_behave_differently_in_training() -> None:
    model = Sequential([Input((4,)), Dropout(0.5)])
    np.testing.assert_array_equal(model(X), X)
    dropped = np.asarray(model(X, training=True))
    assert (dropped == 0).any()
    np.testing.assert_array_equal(model.predict(X, verbose=0), X)


class Doubled(Layer):
    def call(self, inputs: Any) -> Any:
        return inputs * 2.0


def test_layers_of_the_users_own() -> None:
    model = Sequential([Input((4,)), Doubled(), Dense(2, use_bias=False)])
    np.testing.assert_allclose(
        model.predict(X, verbose=0), 2 * X @ model.layers[1].kernel.numpy(), rtol=1e-5, atol=1e-6
    )


def test_one_name_may_not_stand_twice() -> None:
    layer = Dense(4)
    with pytest.raises(ConfigurationError, match="Names of layers in a model must differ"):
        Sequential([Input((4,)), layer, layer])


def test_a_different_shape_after_building_is_refused() -> None:
    model = Sequential([Input((4,)), Dense(2)])
    with pytest.raises(ConfigurationError, match="does not know its input shape"):
        Sequential([Dense(2)]).build()
    model.build()
    assert model.input_shape == (None, 4)


def test_a_declared_batch_size_is_no_demand_on_the_number_of_rows() -> None:
    model = Sequential([Input(batch_shape=(3, 4)), Dense(2)])
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((12, 2), "float32"), batch_size=5, verbose=0)
    assert model.predict(X, verbose=0).shape == (12, 2)


def test_a_second_build_for_another_shape_is_refused() -> None:
    model = Sequential([Input((4,)), Dense(2)])
    model.build((None, 4))
    with pytest.raises(ShapeError, match=r"received: input_shape=\(None, 5\)"):
        model.build((None, 5))
