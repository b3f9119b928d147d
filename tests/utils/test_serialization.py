"""Descriptions of objects: what Keras writes for the same objects is read, and ours come back equal."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import constraints, initializers, layers, losses, metrics, ops, optimizers, regularizers
from ranvier.errors import FileFormatError, UnknownNameError, UnsupportedError
from ranvier.models import Sequential
from ranvier.saving import deserialize_keras_object, serialize_keras_object

MAKERS: list[Any] = [
    lambda library: library.layers.Dense(3, activation="relu", kernel_regularizer="l2", name="d"),
    lambda library: library.layers.Conv2D(4, 3, padding="same", name="c"),
    lambda library: library.initializers.HeNormal(seed=3),
    lambda library: library.regularizers.L1L2(0.1, 0.2),
    lambda library: library.constraints.MaxNorm(3.0),
    lambda library: library.losses.BinaryCrossentropy(label_smoothing=0.125),
    lambda library: library.metrics.MeanSquaredError(name="m"),
    lambda library: library.metrics.Precision(thresholds=0.25, name="p"),
    lambda library: library.optimizers.Adam(library.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)),
]


class Ours:
    layers, initializers, regularizers, constraints = layers, initializers, regularizers, constraints
    losses, metrics, optimizers = losses, metrics, optimizers


@pytest.mark.parametrize("make", MAKERS)
def test_objects_come_back_from_ours_and_from_keras(make: Any) -> None:
    ours = make(Ours)
    description = json.loads(json.dumps(serialize_keras_object(ours)))
    theirs = keras.saving.serialize_keras_object(make(keras))
    assert description["class_name"] == theirs["class_name"]
    assert description["module"] == theirs["module"]
    assert description["registered_name"] is theirs["registered_name"] is None
    for each in (description, json.loads(json.dumps(theirs))):
        back = deserialize_keras_object(each)
        assert type(back) is type(ours)
        mine, expected = back.get_config(), ours.get_config()
        assert {k: v for k, v in mine.items() if k != "name"} == {
            k: v for k, v in expected.items() if k != "name"
        }


def test_plain_values_arrays_and_functions() -> None:
    nested = {"a": [1, 2.5, None, True], "b": ("x", {"c": regularizers.L2(0.5)})}
    described = serialize_keras_object(nested)
    assert described["a"] == [1, 2.5, None, True]
    back = deserialize_keras_object(described)
    assert back["b"][0] == "x"
    assert isinstance(back["b"][1]["c"], regularizers.L2)
    for value in (np.arange(3, dtype="int16"), ops.convert_to_tensor([0.5])):
        again = deserialize_keras_object(serialize_keras_object(value))
        np.testing.assert_array_equal(again, value)
        assert again.dtype == value.dtype
    assert serialize_keras_object(np.float32(0.5)) == 0.5
    assert (
        deserialize_keras_object(serialize_keras_object(losses.mean_squared_error))
        is losses.mean_squared_error
    )
    own = serialize_keras_object(doubled)
    assert own["config"] == "doubled"
    assert deserialize_keras_object(own, custom_objects={"doubled": doubled}) is doubled


def doubled(x: Any) -> Any:
    return 2 * x


class Scaled(layers.Layer):
    def __init__(self, units: int, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inside = layers.Dense(units)
        self.strength = factor

    def call(self, inputs: Any) -> Any:
        return self.inside(inputs) * self.strength


class Closed(layers.Layer):
    def __init__(self, inside: Any) -> None:
        super().__init__()
        self.inside = inside


class Bare(layers.Layer):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.inside = layers.Dense(units)


def test_a_class_without_get_config_is_known_by_its_arguments() -> None:
    config = Scaled(3, factor=1.5, name="s").get_config()
    assert config == {"name": "s", "trainable": True, "dtype": "float32", "units": 3, "factor": 1.5}
    back = Scaled.from_config(config)
    assert (back.name, back.strength, back.inside.units) == ("s", 1.5, 3)
    assert Bare.from_config(Bare(units=4).get_config()).inside.units == 4
    assert Scaled(3).get_config()["factor"] == 2.0
    with pytest.raises(NotImplementedError, match=r"no `get_config` that tells the arguments \['inside'\]"):
        Closed(layers.Dense(2)).get_config()


def test_such_classes_are_written_and_copied(tmp_path: Any) -> None:
    from ranvier.models import clone_model, load_model

    model = Sequential([layers.Input((4,)), Scaled(3, factor=0.5)])
    assert clone_model(model).layers[0].strength == 0.5
    x = np.ones((2, 4), "float32")
    for name in ("m.safetensors", "m.keras"):
        model.save(tmp_path / name)
        again = load_model(tmp_path / name, custom_objects={"Scaled": Scaled})
        np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)
    described = serialize_keras_object(Scaled(2))
    assert described["registered_name"] == "Scaled"
    assert deserialize_keras_object(described, {"Scaled": Scaled}).inside.units == 2


def test_what_cannot_be_described_or_built_is_said() -> None:
    with pytest.raises(UnsupportedError, match="holds no code"):
        serialize_keras_object(lambda x: x)
    with pytest.raises(UnsupportedError, match="safe_mode=False"):
        deserialize_keras_object({}, safe_mode=False)
    with pytest.raises(UnknownNameError, match="Dense"):
        deserialize_keras_object({"class_name": "Dens", "config": {}})
    with pytest.raises(UnknownNameError, match="Unknown function"):
        deserialize_keras_object({"class_name": "function", "config": "system"})
    with pytest.raises(FileFormatError, match="`class_name` must be a text"):
        deserialize_keras_object({"class_name": 3, "config": {}})
