"""Every layer in every form of Keras, from real Keras to Ranvier and back."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import UnsupportedError
from ranvier.layers import Input
from ranvier.models import Model, load_model
from ranvier.storage.keras.writing import KerasTranslation
from tests.layers.test_contract import ROWS
from tests.storage.keras.twins import (
    COPY_KEYWORD,
    FORMATS,
    ROUNDED,
    example_rows,
    random_weights,
    read_by_keras,
    read_by_ranvier,
    same_predictions,
    same_weights,
    written,
)

pytestmark = pytest.mark.filterwarnings(COPY_KEYWORD)

NAMED = [row for row in ROWS if hasattr(keras.layers, row[0]) and row[0] != "Lambda"]


def in_keras(name: str, arguments: dict[str, Any], shape: Any) -> Any:
    inputs = [keras.Input(each) for each in shape] if isinstance(shape, list) else keras.Input(shape)
    return keras.Model(inputs, getattr(keras.layers, name)(**arguments)(inputs))


def in_ranvier(name: str, arguments: dict[str, Any], shape: Any) -> Model:
    inputs = [Input(each) for each in shape] if isinstance(shape, list) else Input(shape)
    return Model(inputs, getattr(layers, name)(**arguments)(inputs))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("name", "arguments", "shape"), NAMED, ids=[f"{index}-{row[0]}" for index, row in enumerate(NAMED)]
)
def test_layers(tmp_path, name: str, arguments: dict[str, Any], shape: Any, suffix: str) -> None:
    theirs, ours = in_keras(name, arguments, shape), in_ranvier(name, arguments, shape)
    if suffix == ".h5" and np.ndim(arguments.get("axis", 0)):
        # Keras does not find them again in its own files.
        with pytest.raises(UnsupportedError, match="several axes"):
            ours.save(tmp_path / "ours.h5")
        return
    random_weights(theirs)
    x, tolerance = example_rows(shape), 1e-5 if name in ROUNDED else 1e-6

    found = read_by_ranvier(written(theirs, tmp_path / f"theirs{suffix}"), ours)
    same_predictions(theirs, found, x, tolerance)
    same_weights(theirs, found)
    layer = next(
        each
        for each in found.layers
        if type(each).__name__ == type(getattr(layers, name)(**arguments)).__name__
    )
    expected = getattr(layers, name)(**{**arguments, "name": layer.name}).get_config()
    if name != "GroupNormalization":  # Keras writes the groups it found for -1
        assert json.dumps(layer.get_config(), sort_keys=True) == json.dumps(expected, sort_keys=True)

    again = read_by_keras(written(found, tmp_path / f"ours{suffix}"), in_keras(name, arguments, shape))
    same_predictions(found, again, x, tolerance)
    same_weights(found, again)
    assert load_or_none(tmp_path / f"ours{suffix}") in (None, found.structure())


def load_or_none(path) -> Any:
    return None if path.name.endswith(".weights.h5") else load_model(path).structure()


def test_every_layer_of_the_table_is_among_them() -> None:
    tested = {row[0] for row in NAMED}
    listed = {name for name in layers.REGISTRY.entries if name not in ("Model", "Sequential", "InputLayer")}
    assert {name for name in listed if hasattr(keras.layers, name)} <= tested


@pytest.mark.parametrize(
    "name", [name for name in layers.REGISTRY.entries if not hasattr(keras.layers, name)]
)
def test_layers_that_keras_lacks(name: str) -> None:
    if name in ("Model", "Sequential"):
        return
    for older in (False, True):
        with pytest.raises(UnsupportedError, match=f"cannot hold '{name}'"):
            KerasTranslation(older=older).layer({"class_name": name, "config": {}, "registered_name": None})


def test_arrays_of_a_kind_of_their_own_are_kept(tmp_path) -> None:
    model = Model(inputs := Input((3,)), layers.Dense(2, dtype="bfloat16")(inputs))
    model.save(tmp_path / "m.keras")
    other = keras.models.load_model(tmp_path / "m.keras")
    same_weights(model, other)
    other.save(tmp_path / "n.keras")
    again = load_model(tmp_path / "n.keras")
    assert again.layers[1].kernel.dtype == "bfloat16"
    np.testing.assert_array_equal(model.layers[1].kernel.numpy(), again.layers[1].kernel.numpy())
