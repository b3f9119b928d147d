"""Where Keras keeps the weights of a network: groups of an HDF5 file named by attribute and class.

In a stack or graph a layer is named by its class and numbered among its like: ``layers/dense_1``. In a
user's class it is named by the attribute that holds it: ``encoder``, or ``blocks/dense`` in a list. The
weights of a layer are numbered, trained ones first: ``layers/dense/vars/0``.

Keras 2 lists all layers of a user's class under ``layers`` too, and does not count a layer that it has met before.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ranvier.layers import REGISTRY, Layer
from ranvier.layers.configuration import is_own
from ranvier.naming import snake_case
from ranvier.variable import Variable

VARIABLES = "vars"
LAYERS = "layers"


@dataclass
class Layout:
    """The groups of a network.

    Attributes:
        groups: The name of the layer by the path of its group.
        variables: The weights by path.
    """

    groups: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)


def layout_of(network: Layer, *, old: bool = False) -> Layout:
    """Find the place of every weight of a network.

    Args:
        network: A layer or model.
        old: Whether to find it in a file of Keras 2.
    """
    search = _Search(old)
    search.add(network, "")
    return search.layout


class _Search:
    """A walk through a network, which visits each layer once."""

    def __init__(self, old: bool) -> None:
        self.layout = Layout()
        self._old = old
        self._visited: set[int] = set()

    def add(self, layer: Layer, path: str) -> None:
        """Add a layer and what it holds."""
        if id(layer) in self._visited:
            return
        self._visited.add(id(layer))
        group = f"{path}/{VARIABLES}" if path else VARIABLES
        self.layout.groups[group] = layer.name
        for index, variable in enumerate(layer._own_variables()):
            self.layout.variables[f"{group}/{index}"] = variable
        for name, value in _attributes(layer, layers_first=self._old):
            place = f"{path}/{name}" if path else name
            if isinstance(value, Layer):
                self.add(value, place)
            elif isinstance(value, list | tuple | Mapping):
                self._add_container(value, place, set())

    def _add_container(self, container: Any, path: str, containers: set[int]) -> None:
        if id(container) in containers:
            return
        containers.add(id(container))
        counted: dict[str, int] = {}
        for item in list(container.values()) if isinstance(container, Mapping) else container:
            if isinstance(item, Layer):
                if not (self._old and id(item) in self._visited):
                    self.add(item, f"{path}/{_numbered(class_name(item), counted)}")
            elif isinstance(item, list | tuple | Mapping):
                self._add_container(item, f"{path}/{_numbered('container', counted)}", containers)


def _numbered(name: str, counted: dict[str, int]) -> str:
    number = counted[name] = counted.get(name, -1) + 1
    return f"{name}_{number}" if number else name


def class_name(layer: Layer) -> str:
    """Return the name of a layer's class as Keras writes it into paths."""
    kind = type(layer).__name__
    return "functional" if kind == "Model" and is_own(type(layer)) else snake_case(kind)


def _attributes(layer: Layer, *, layers_first: bool) -> Iterator[tuple[str, Any]]:
    """Go through what a layer holds in Keras' order: the layers of a graph first, private names last."""
    is_model = hasattr(layer, "build_for")
    graph = is_model and (layers_first or getattr(layer, "graph", None) is not None or hasattr(layer, "add"))
    if graph:
        yield LAYERS, layer.layers  # type: ignore[attr-defined]
    names = [name for name in {*vars(layer), *_own_properties(type(layer))} if name not in _reference()]
    if is_model and not graph:
        names.append(LAYERS)
    for name in sorted(names, key=lambda name: f"~{name}" if name[0] == "_" else name):
        try:
            value = getattr(layer, name)
        except Exception:  # noqa: S112  (a user's property may raise anything; then it holds no layer)
            continue
        yield name, value


def _own_properties(kind: type[Any]) -> set[str]:
    """List the properties and values that a user's classes define."""
    return {
        name
        for each in kind.__mro__
        if not is_own(each) and each is not object
        for name, value in vars(each).items()
        if isinstance(value, property | Layer | list | tuple | dict) and name[:2] != "__"
    }


@functools.cache
def _reference() -> frozenset[str]:
    """The names that Ranvier's own classes use, so that only a user's remain."""
    names: set[str] = set()
    for kind in (Layer, REGISTRY.entries["Model"], REGISTRY.entries["Sequential"]):
        names |= {*dir(kind), *vars(kind(name="reference"))}
    return frozenset(names)
