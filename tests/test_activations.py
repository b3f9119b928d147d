from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from ranvier import activations
from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.registry import custom_object_scope, register_serializable


def cube(x: Any) -> Any:
    return x**3


@register_serializable(package="tests")
class Power:
    def __init__(self, exponent: int = 2) -> None:
        self.exponent = exponent

    def __call__(self, x: Any) -> Any:
        return x**self.exponent

    def get_config(self) -> dict[str, Any]:
        return {"exponent": self.exponent}


@pytest.mark.parametrize("name", sorted(activations.REGISTRY.entries))
def test_every_name_goes_round(name: str) -> None:
    function = activations.get(name)
    assert function is getattr(activations, name)
    assert activations.serialize(function) == name
    assert activations.deserialize(name) is function


@pytest.mark.parametrize(("alias", "name"), activations.ALIASES.items())
def test_aliases(alias: str, name: str) -> None:
    assert activations.get(alias) is activations.get(name)
    assert getattr(activations, alias) is getattr(activations, name)


def test_keras_names_are_all_known() -> None:
    from keras.src.activations import ALL_OBJECTS_DICT

    assert set(ALL_OBJECTS_DICT) <= {*activations.REGISTRY.entries, *activations.REGISTRY.aliases}
    public = {name for name in dir(keras.activations) if not name.startswith("_")}
    assert public <= {*activations.__all__, "src"}


def test_none_is_the_identity() -> None:
    assert activations.get(None) is activations.linear


def test_a_callable_is_returned_as_it_is() -> None:
    assert activations.get(cube) is cube
    assert activations.get(activations.softmax) is activations.softmax


def test_a_class_is_built() -> None:
    assert isinstance(activations.get(Power), Power)


@pytest.mark.parametrize(
    ("name", "closest"),
    [("rellu", "'relu'"), ("ReLU", "'relu'"), ("Softmax", "'softmax'"), ("sigmoyd", "'sigmoid'")],
)
def test_unknown_name_lists_the_closest(name: str, closest: str) -> None:
    with pytest.raises(
        UnknownNameError, match=rf"Unknown activation; received: '{name}'\. Did you mean .*{closest}"
    ):
        activations.get(name)


def test_what_is_no_activation() -> None:
    with pytest.raises(ConfigurationError, match="as activation; received: 3"):
        activations.get(3)


def test_a_users_function_goes_round_by_name() -> None:
    description = activations.serialize(cube)
    assert description == {"class_name": "function", "config": "cube", "registered_name": "cube"}
    assert activations.deserialize(description, {"cube": cube}) is cube
    with custom_object_scope({"cube": cube}):
        assert activations.get("cube") is cube
    with pytest.raises(UnknownNameError, match="'cube'"):
        activations.deserialize(description)


def test_a_users_object_goes_round_by_configuration() -> None:
    again = activations.deserialize(activations.serialize(Power(3)))
    assert isinstance(again, Power)
    assert again(np.float64(2.0)) == 8.0


def test_a_lambda_cannot_be_saved() -> None:
    with pytest.raises(ConfigurationError, match=r"has no name .* `def`"):
        activations.serialize(lambda x: x)
