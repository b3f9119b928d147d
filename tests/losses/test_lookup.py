"""Losses by name, configuration, class and function."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import ConfigurationError, FileFormatError, UnknownNameError
from ranvier.losses import LossFunctionWrapper, deserialize, get, resolve, serialize
from ranvier.losses.function_loss import ALIASES
from ranvier.losses.lookup import CLASS_OF
from ranvier.registry import custom_object_scope

os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from keras.src.losses import ALL_OBJECTS_DICT
    from keras.src.trainers.compile_utils import get_loss


def own_loss(y_true: Any, y_pred: Any) -> Any:
    return (y_true - y_pred) ** 2


def test_every_name_that_keras_knows() -> None:
    for name in set(ALL_OBJECTS_DICT) - {"Loss", "LossFunctionWrapper"}:
        found, theirs = get(name), ALL_OBJECTS_DICT[name]
        assert getattr(found, "__name__", type(found).__name__) == theirs.__name__


def test_get() -> None:
    assert get(None) is None
    assert get("mse") is losses.mean_squared_error
    assert get(own_loss) is own_loss
    assert isinstance(get("MeanSquaredError"), losses.MeanSquaredError)
    assert isinstance(get(losses.Huber), losses.Huber)
    assert get({"class_name": "Huber", "config": {"delta": 3.0}}).delta == 3.0


def test_resolve_gives_objects() -> None:
    assert resolve(None) is None
    for name, kind in CLASS_OF.items():
        if name == "categorical_generalized_cross_entropy":
            continue
        assert type(resolve(name)) is kind
        assert resolve(name).name == name
    loss = resolve("mse")
    assert (type(loss), loss.name) == (losses.MeanSquaredError, "mse")
    assert type(resolve(losses.huber)) is losses.Huber
    assert resolve(losses.huber).name == "huber"
    own = resolve(own_loss)
    assert isinstance(own, LossFunctionWrapper)
    assert own.name == "own_loss"
    assert resolve(own) is own
    with custom_object_scope({"mine": own_loss}):
        assert resolve("mine").fn is own_loss


SHAPES = [((None, 1), (None, 1)), ((None,), (None, 1)), ((None,), (None, 4)), ((None, 1), (None, 4)),
          ((None, 4), (None, 4)), ((None, 7), (None, 7, 4)), ((None, 7, 4), (None, 7, 4))]  # fmt: skip


@pytest.mark.parametrize("name", ["crossentropy", "ce", "CE"])
@pytest.mark.parametrize(("y_true_shape", "y_pred_shape"), SHAPES)
def test_crossentropy_is_chosen_by_the_shapes_as_in_keras(
    name: str, y_true_shape: tuple, y_pred_shape: tuple
) -> None:
    concrete = [
        np.zeros([2 if size is None else size for size in shape]) for shape in (y_true_shape, y_pred_shape)
    ]
    theirs = get_loss(name, *concrete)
    ours = resolve(name, y_true_shape, y_pred_shape)
    assert type(ours) is CLASS_OF[theirs.fn.__name__]
    assert ours.name == theirs.name


def test_crossentropy_without_shapes() -> None:
    with pytest.raises(ConfigurationError, match="chosen by the shapes"):
        resolve("crossentropy")


@pytest.mark.parametrize(
    ("name", "closest"),
    [
        ("categorical_crossentrophy", "'categorical_crossentropy'"),
        ("sparse_crossentropy", "'sparse_categorical_crossentropy'"),
        ("mean_square_error", "'mean_squared_error'"),
        ("cross_entropy", "'crossentropy'"),
        ("Mse", "'mse'"),
    ],
)
def test_an_unknown_name_gets_the_closest(name: str, closest: str) -> None:
    with pytest.raises(UnknownNameError, match=f"Unknown loss; received: '{name}'. Did you mean .*{closest}"):
        resolve(name)


def test_get_of_an_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="Unknown loss; received: 'msee'"):
        get("msee")


@pytest.mark.parametrize("identifier", [3, ["mse"]])
def test_what_names_no_loss(identifier: object) -> None:
    with pytest.raises(ConfigurationError, match="a name, a configuration, a class or a callable as loss"):
        resolve(identifier)


def test_serialize_and_deserialize() -> None:
    for name in CLASS_OF:
        assert serialize(get(name)) == name
        assert deserialize(name) is get(name)
    described = serialize(own_loss)
    assert deserialize(described, {"own_loss": own_loss}) is own_loss
    with pytest.raises(FileFormatError, match="`class_name` and `config`"):
        deserialize({"config": {}})


def test_aliases_name_functions() -> None:
    assert set(ALIASES.values()) <= set(CLASS_OF)
