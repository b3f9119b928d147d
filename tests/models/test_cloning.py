from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential, clone_model

X = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


def network() -> Model:
    inputs = Input((3,), name="x")
    shared = Dense(3)
    inner_input = Input((3,))
    inner = Model(inner_input, shared(inner_input), name="inner")
    stack = Sequential([Input((3,)), Dense(2), layers.BatchNormalization()])
    return Model(
        {"x": inputs}, [stack(inner(shared(inputs) * 2.0)), shared(inputs)], name="net", trainable=False
    )


def test_a_clone_has_its_own_layers_and_new_weights() -> None:
    model = network()
    clone = clone_model(model)
    assert clone.name == "net"
    assert clone.trainable is False
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]
    assert [w.shape for w in clone.weights] == [w.shape for w in model.weights]
    assert not set(clone.weights) & set(model.weights)
    assert not np.array_equal(clone.get_weights()[0], model.get_weights()[0])
    clone.set_weights(model.get_weights())
    for one, other in zip(
        model.predict({"x": X}, verbose=0), clone.predict({"x": X}, verbose=0), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_a_clone_on_given_tensors() -> None:
    given = Input((3,), name="mine")
    assert clone_model(network(), given).inputs == [given]
    assert clone_model(Sequential([Input((3,)), Dense(2)]), [given]).inputs == [given]
    hidden = Dense(3)(given)
    assert clone_model(Sequential([Dense(2)]), hidden).input_shape == (None, 3)
    with pytest.raises(ConfigurationError, match="must hold 1 symbolic tensors"):
        clone_model(network(), [given, given])


def test_a_stack_of_unknown_input_stays_one() -> None:
    clone = clone_model(Sequential([Dense(2), layers.Dropout(0.3)]))
    assert not clone.built
    assert clone.layers[1].rate == 0.3


def test_layers_can_be_replaced() -> None:
    def wider(layer: Any) -> Any:
        return Dense(layer.units, name=layer.name, activation="relu") if isinstance(layer, Dense) else layer

    clone = clone_model(Sequential([Input((3,)), Dense(2), layers.Flatten()]), clone_function=wider)
    assert clone.layers[0].activation.__name__ == "relu"
    with pytest.raises(ConfigurationError, match="must return a layer"):
        clone_model(Sequential([Dense(2)]), clone_function=lambda layer: None)  # type: ignore[arg-type, return-value]


class Net(Model):
    def __init__(self, units: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense = Dense(units)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


def test_a_model_with_its_own_call_is_built_again_from_its_configuration() -> None:
    model = Net(5, name="net")
    model.compile("adam", "mse")
    clone = clone_model(model)
    assert type(clone) is Net
    assert (clone.name, clone.dense.units, clone.compiled) == ("net", 5, True)
    assert clone.dense is not model.dense
    with pytest.raises(UnsupportedError, match="takes functional and sequential models"):
        clone_model(model, clone_function=lambda layer: layer)


def test_a_clone_of_a_compiled_model_is_compiled_alike() -> None:
    model = Sequential([Input((3,)), Dense(1)])
    assert not clone_model(model).compiled
    model.compile("adam", "mse", metrics=["mae"], steps_per_execution=3)
    clone = clone_model(model)
    assert clone.compiled
    assert clone.optimizer is not model.optimizer
    assert clone.optimizer.get_config() == model.optimizer.get_config()
    clone.set_weights(model.get_weights())
    y = np.zeros((5, 1), "float32")
    assert clone.evaluate(X, y, verbose=0) == model.evaluate(X, y, verbose=0)


def test_a_users_parts_of_a_compilation_are_taken_as_they_are() -> None:
    def loss(y_true: Any, y_pred: Any) -> Any:
        return (y_true - y_pred) ** 4

    model = Sequential([Input((3,)), Dense(1)])
    name = model.output_names[0]
    model.compile("sgd", {name: loss}, metrics=[loss])
    assert clone_model(model).loss == {name: loss}


def test_a_function_may_call_the_new_layers() -> None:
    inputs = Input((3,))
    model = Model(inputs, Dense(2)(inputs))
    called = []

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        called.append(layer.name)
        return layers.Rescaling(0.0)(layer(*args, **kwargs))

    clone = clone_model(model, call_function=call)
    assert called == [model.layers[-1].name]
    np.testing.assert_array_equal(clone.predict(X, verbose=0), 0.0)
    with pytest.raises(ConfigurationError, match="functional models; received: a Sequential"):
        clone_model(Sequential([Input((3,)), Dense(1)]), call_function=call)


@pytest.mark.parametrize(("recursive", "asked"), [(False, {"inner"}), (True, {"inside"})])
def test_the_function_is_asked_for_models_inside_or_for_their_layers(
    recursive: bool, asked: set[str]
) -> None:
    inner_input, inputs = Input((3,)), Input((3,))
    inner = Model(inner_input, Dense(3, name="inside")(inner_input), name="inner")
    seen = set()

    def copy(layer: Any) -> Any:
        seen.add(layer.name)
        return type(layer).from_config(layer.get_config())

    clone_model(Model(inputs, inner(inputs)), clone_function=copy, recursive=recursive)
    assert seen == asked
