"""Kinds of models in every form of Keras, from real Keras to Ranvier and back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import ranvier
from ranvier.errors import UnsupportedError
from ranvier.models import Model, Sequential, load_model
from tests.storage.keras.twins import (
    COPY_KEYWORD,
    FORMATS,
    example_rows,
    random_weights,
    read_by_keras,
    read_by_ranvier,
    same_predictions,
    same_weights,
    written,
)

pytestmark = pytest.mark.filterwarnings(COPY_KEYWORD)

# Each is built from either library, which have the same names.


def stack(k: Any) -> Any:
    return k.Sequential(
        [k.layers.Input((4,)), k.layers.Dense(3, activation="relu"), k.layers.Dropout(0.3), k.layers.Dense(2)]
    )


def stack_named_by_its_first_layer(k: Any) -> Any:
    model = k.Sequential(name="outer")
    model.add(k.layers.Dense(3, name="first"))
    model.add(k.layers.BatchNormalization())
    model.add(k.layers.Dense(2, name="last", trainable=False))
    model.build((None, 4))
    return model


def graph(k: Any) -> Any:
    inputs = k.layers.Input((4,))
    left = k.layers.Dense(3)(inputs)
    right = k.layers.Dense(3, activation="tanh")(inputs)
    return k.models.Model(inputs, k.layers.Dense(2)(k.layers.Concatenate()([left, right])))


def shared_layer(k: Any) -> Any:
    one, two = k.layers.Input((4,), name="one"), k.layers.Input((4,), name="two")
    shared = k.layers.Dense(3, name="shared")
    deeper = k.layers.Dense(3)(shared(one))
    return k.models.Model([one, two], k.layers.Add()([deeper, shared(two), shared(shared_input(k, one))]))


def shared_input(k: Any, tensor: Any) -> Any:
    return k.layers.Rescaling(2.0)(tensor)


def nested(k: Any) -> Any:
    inner_input = k.layers.Input((4,))
    hidden = k.layers.Dense(4, activation="relu")(inner_input)
    inner = k.models.Model(inner_input, k.layers.Dense(4)(hidden), name="inner")
    pile = k.Sequential([k.layers.Input((4,)), k.layers.Dense(4), k.layers.BatchNormalization()], name="pile")
    inputs = k.layers.Input((4,))
    once = inner(inputs)
    twice = inner(pile(once))
    return k.models.Model(inputs, [k.layers.Dense(1)(twice), inner(twice)])


def within_a_stack(k: Any) -> Any:
    inputs = k.layers.Input((4,))
    inner = k.models.Model(inputs, k.layers.Dense(3)(inputs))
    return k.Sequential([k.layers.Input((4,)), inner, k.Sequential([k.layers.Dense(3), k.layers.Dense(2)])])


def ending_in_a_model(k: Any) -> Any:
    inner_input = k.layers.Input((3,))
    inner = k.models.Model(inner_input, k.layers.Dense(2)(inner_input), name="head")
    inputs = k.layers.Input((4,))
    return k.models.Model(inputs, inner(k.layers.Dense(3)(inputs)))


def in_and_out_by_name(k: Any) -> Any:
    inputs = {"b": k.layers.Input((4,), name="b"), "a": k.layers.Input((3,), name="a")}
    joined = k.layers.Concatenate()([inputs["a"], inputs["b"]])
    return k.models.Model(
        inputs, {"y": k.layers.Dense(2, name="y")(joined), "x": k.layers.Dense(1, name="x")(joined)}
    )


def frozen(k: Any) -> Any:
    model = k.Sequential(
        [
            k.layers.Input((4,)),
            k.layers.Dense(3),
            k.layers.BatchNormalization(trainable=False),
            k.layers.Dense(2),
        ]
    )
    model.layers[0].trainable = False
    return model


def with_parts(k: Any) -> Any:
    return k.Sequential(
        [
            k.layers.Input((4,)),
            k.layers.Dense(
                3,
                activation=k.layers.LeakyReLU(0.2),
                kernel_initializer=k.initializers.HeNormal(seed=3),
                kernel_regularizer=k.regularizers.L1L2(0.1, 0.2),
                bias_regularizer="l2",
                activity_regularizer=k.regularizers.L2(0.01),
                kernel_constraint=k.constraints.MaxNorm(3.0),
                bias_constraint="non_neg",
            ),
            k.layers.Dense(2, activation="softmax"),
        ]
    )


MODELS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    each.__name__: (each, shape)
    for each, shape in [
        (stack, (4,)),
        (stack_named_by_its_first_layer, (4,)),
        (graph, (4,)),
        (shared_layer, [(4,), (4,)]),
        (nested, (4,)),
        (within_a_stack, (4,)),
        (ending_in_a_model, (4,)),
        (frozen, (4,)),
        (with_parts, (4,)),
        (in_and_out_by_name, {"a": (3,), "b": (4,)}),
    ]
}


def rows_of(shape: Any) -> Any:
    return (
        {name: example_rows(each) for name, each in shape.items()}
        if isinstance(shape, dict)
        else example_rows(shape)
    )


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", MODELS)
def test_models(tmp_path, name: str, suffix: str) -> None:
    build, shape = MODELS[name]
    x, theirs, ours = rows_of(shape), build(keras), build(ranvier)
    random_weights(theirs)

    found = read_by_ranvier(written(theirs, tmp_path / f"theirs{suffix}"), ours)
    same_predictions(theirs, found, x)
    same_weights(theirs, found)
    assert [each.trainable for each in found.weights] == [each.trainable for each in ours.weights]
    assert found.structure() == ours.structure()

    again = read_by_keras(written(found, tmp_path / f"ours{suffix}"), build(keras))
    same_predictions(found, again, x)
    same_weights(found, again)
    if suffix != ".weights.h5":
        assert [layer.name for layer in again.layers] == [layer.name for layer in found.layers]
        once_more = load_model(tmp_path / f"ours{suffix}")
        assert once_more.structure() == found.structure()
        same_weights(found, once_more)


def test_models_of_one_name_twice(tmp_path) -> None:
    """The numbers in the names of groups go by the class, not by the name."""
    model = Sequential(
        [ranvier.layers.Input((4,)), ranvier.layers.Dense(3, name="z"), ranvier.layers.Dense(2, name="a")]
    )
    model.save(tmp_path / "m.keras")
    same_weights(model, keras.models.load_model(tmp_path / "m.keras"))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_models_never_built(tmp_path, suffix: str) -> None:
    for build, read, other in ((keras, load_model, ranvier), (ranvier, keras.models.load_model, keras)):
        model = build.Sequential([build.layers.Dense(3), build.layers.Dense(2)])
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "You are saving a model that has not yet been built")  # Keras
            model.save(tmp_path / f"m{suffix}")
        found = read(tmp_path / f"m{suffix}")
        assert not found.built
        assert [layer.units for layer in found.layers] == [3, 2]
        assert type(found).__module__.startswith(other.__name__)
        found(np.zeros((1, 4), "float32"))
        assert found.count_params() == 23


def test_layers_shared_between_models(tmp_path) -> None:
    def build(k: Any) -> Any:
        inputs = k.layers.Input((4,))
        shared = k.layers.Dense(4, name="shared")
        inner_input = k.layers.Input((4,))
        inner = k.models.Model(inner_input, shared(inner_input), name="inner")
        return k.models.Model(inputs, inner(shared(inputs)))

    theirs = build(keras)
    random_weights(theirs)
    theirs.save(tmp_path / "m.keras")
    found = load_model(tmp_path / "m.keras")
    assert len(found.weights) == 2
    same_predictions(theirs, found, example_rows((4,)))
    found.save(tmp_path / "n.keras")
    again = keras.models.load_model(tmp_path / "n.keras")
    assert len(again.weights) == 2
    same_predictions(found, again, example_rows((4,)))
    with pytest.raises(UnsupportedError, match="two models at once"):
        found.save(tmp_path / "n.h5")
    assert isinstance(found, Model)
