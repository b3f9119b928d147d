"""The order of calls and layers, which decides the order of the weights."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import layers
from ranvier.errors import ConfigurationError
from ranvier.layers import Add, Dense, Input
from ranvier.models import Model
from ranvier.networks.order import ordered_nodes


def unequal_branches(library: Any) -> tuple[Any, Any]:
    one, other = library.Input((2,), name="one"), library.Input((2,), name="other")
    long = one
    for number in range(3):
        long = library.Dense(2, name=f"long_{number}")(long)
    return [one, other], library.Add(name="sum")([library.Dense(2, name="short")(other), long])


def late_input(library: Any) -> tuple[Any, Any]:
    late, first = library.Input((2,), name="late"), library.Input((2,), name="first")
    hidden = library.Dense(2, name="hidden")(first)
    return [late, first], library.Dense(1, name="out")(library.Concatenate(name="joined")([hidden, late]))


def residual(library: Any) -> tuple[Any, Any]:
    inputs = library.Input((2,), name="x")
    hidden = library.Dense(2, name="a")(inputs)
    for name in "bc":
        hidden = library.Add(name=f"add_{name}")([hidden, library.Dense(2, name=name)(hidden)])
    return inputs, [library.Dense(1, name="end")(hidden), library.Dense(1, name="side")(inputs)]


def shared(library: Any) -> tuple[Any, Any]:
    one, other = library.Input((2,), name="one"), library.Input((2,), name="other")
    layer = library.Dense(2, name="shared")
    return [one, other], library.Add(name="sum")([layer(library.Dense(2, name="deep")(one)), layer(other)])


@pytest.mark.parametrize("make", [unequal_branches, late_input, residual, shared])
def test_layers_stand_in_keras_order(make: Any) -> None:
    ours, theirs = Model(*make(layers)), keras.Model(*make(keras.layers))
    assert [layer.name for layer in ours.layers] == [layer.name for layer in theirs.layers]
    assert [weight.path for weight in ours.weights] == [weight.path for weight in theirs.weights]


def test_every_call_stands_after_those_it_needs() -> None:
    inputs, outputs = residual(layers)
    nodes = ordered_nodes([inputs], outputs)
    place = {id(node): number for number, node in enumerate(nodes)}
    for node in nodes:
        assert all(place[id(tensor.node)] < place[id(node)] for tensor in node.input_tensors)


def test_deep_networks_do_not_reach_a_limit() -> None:
    hidden = inputs = Input((1,))
    layer = Dense(1)
    for _ in range(1200):
        hidden = layer(hidden)
    assert len(ordered_nodes([inputs], [hidden])) == 1201


def test_a_tensor_from_elsewhere() -> None:
    one, other = Input((2,), name="one"), Input((2,), name="other")
    with pytest.raises(ConfigurationError, match=r"not among the inputs \['one'\]"):
        ordered_nodes([one], [Add()([one, other])])
