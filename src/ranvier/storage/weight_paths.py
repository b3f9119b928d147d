"""A name for every weight of a network that does not change from one run of a program to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ranvier.layers.base import Layer
from ranvier.naming import snake_case
from ranvier.variable import Variable


def weight_paths(network: Layer) -> dict[str, Variable]:
    """Name every weight by its place in the network, each once.

    Automatic names of layers count up through a process, so they are not used. In a graph or a stack
    a layer is named by its class and numbered among its like: ``dense/kernel``, ``dense_1/kernel``.
    In a user's class it is named by the attribute that holds it: ``encoder/kernel``, ``blocks/0/kernel``.
    A weight that several layers share has the place where it is met first.

    Args:
        network: A layer or model.

    Returns:
        The weights by name, in the order of ``network.variables``.
    """
    found: dict[str, Variable] = {}
    known: set[int] = set()
    for path, variable in _walk(network, "", set()):
        if id(variable) in known:
            continue
        known.add(id(variable))
        found[_free(path, found)] = variable
    order = {id(variable): position for position, variable in enumerate(network.variables)}
    return dict(sorted(found.items(), key=lambda item: order.get(id(item[1]), len(order))))


def _walk(layer: Layer, prefix: str, walked: set[int]) -> Iterator[tuple[str, Variable]]:
    # A layer that is met again has given its weights their names already.
    if id(layer) in walked:
        return
    walked.add(id(layer))
    for name, variable in _own(layer):
        yield f"{prefix}{name}", variable
    for name, inner in _inner(layer):
        yield from _walk(inner, f"{prefix}{name}/", walked)


def _own(layer: Layer) -> Iterator[tuple[str, Variable]]:
    yield from layer._parameters.items()
    yield from layer._state.items()
    for name, value in vars(layer).items():
        if not name.startswith("_"):
            yield from _places(name, value, Variable)


def _inner(layer: Layer) -> Iterator[tuple[str, Layer]]:
    attributes: dict[int, str] = {}
    if getattr(layer, "graph", None) is None:
        for name, value in vars(layer).items():
            for place, inner in _places(name.lstrip("_"), value, Layer):
                attributes.setdefault(id(inner), place)
    counted: Counter[str] = Counter()
    for inner in layer.sublayers():
        if id(inner) in attributes:
            place = attributes[id(inner)]
        else:
            kind = snake_case(type(inner).__name__)
            place = kind if counted[kind] == 0 else f"{kind}_{counted[kind]}"
            counted[kind] += 1
        yield place, inner


def _places(name: str, value: Any, kind: type[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, kind):
        yield name, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _places(f"{name}/{index}", item, kind)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places(f"{name}/{key}", item, kind)


def _free(path: str, taken: Mapping[str, Any]) -> str:
    if path not in taken:
        return path
    number = 1
    while f"{path}_{number}" in taken:
        number += 1
    return f"{path}_{number}"
