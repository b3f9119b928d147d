"""A graph as a configuration, and back: layers by their configuration, calls by the names of layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.layers.base import Layer
from ranvier.layers.configuration import serialized
from ranvier.networks.graph import Graph
from ranvier.symbolic import (
    Operation,
    SymbolicTensor,
    any_symbolic,
    call_symbolically,
    map_symbolic,
    symbolic_leaves,
)
from ranvier.types import Configuration

_TENSOR = "__tensor__"


def graph_configuration(graph: Graph) -> Configuration:
    """Describe a graph in JSON types.

    Args:
        graph: The graph.

    Returns:
        ``layers``, each with its configuration and the calls made of it; ``inputs`` and ``outputs``.

    Raises:
        UnsupportedError: If a call holds something that has no form in JSON.
    """
    calls: dict[int, list[Any]] = {id(operation): [] for operation in graph.operations}
    places: dict[int, list[Any]] = {}
    for tensor in graph.input_tensors:
        name = tensor.node.operation.name if tensor.node is not None else tensor.name
        places[id(tensor)] = [name, 0, 0]
    for node in graph.nodes:
        if node.input_tensors:
            number = len(calls[id(node.operation)])
            arguments = map_symbolic((list(node.args), node.kwargs), lambda leaf: {_TENSOR: places[id(leaf)]})
            calls[id(node.operation)].append(_plain(arguments, node.operation.name))
            for index, tensor in enumerate(symbolic_leaves(node.outputs)):
                places.setdefault(id(tensor), [node.operation.name, number, index])
    layers = [
        {**_described(operation), "name": operation.name, "calls": calls[id(operation)]}
        for operation in graph.operations
    ]
    return {
        "layers": layers,
        "inputs": map_symbolic(graph.inputs, lambda leaf: {_TENSOR: places[id(leaf)]}),
        "outputs": map_symbolic(graph.outputs, lambda leaf: {_TENSOR: places[id(leaf)]}),
    }


def graph_from_configuration(
    configuration: Mapping[str, Any],
    build_layer: Callable[[Mapping[str, Any]], Layer],
    operations: Mapping[str, Callable[..., Any]],
) -> tuple[Any, Any]:
    """Build a graph again.

    Args:
        configuration: What :func:`graph_configuration` returned.
        build_layer: Builds a layer from its description.
        operations: The functions that a network may call without a layer, by name.

    Returns:
        The symbolic inputs and outputs, in their structures.

    Raises:
        FileFormatError: If the description is not that of a graph.
    """
    tensors: dict[tuple[str, int, int], SymbolicTensor] = {}
    waiting: list[tuple[str, int, Any, Any]] = []
    try:
        for entry in configuration["layers"]:
            name = str(entry["name"])
            operation = _operation(entry, build_layer, operations)
            if not entry["calls"] and isinstance(operation, Layer):
                tensors[name, 0, 0] = operation.output
            waiting.extend((name, number, operation, call) for number, call in enumerate(entry["calls"]))
        while waiting:
            remaining = [each for each in waiting if not _called(*each, tensors)]
            if len(remaining) == len(waiting):
                raise FileFormatError(
                    f"The network is not connected: the call of {waiting[0][0]!r} needs a tensor that no layer yields."
                )
            waiting = remaining
        return _filled(configuration["inputs"], tensors), _filled(configuration["outputs"], tensors)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise FileFormatError(
            f"The description of the network is damaged: {type(error).__name__} at {error}."
        ) from error


def _described(operation: Any) -> dict[str, Any]:
    if isinstance(operation, Operation):
        return {"class_name": "Operation", "config": {"function": operation.kind}, "registered_name": None}
    return serialized(operation)  # type: ignore[no-any-return]


def _operation(
    entry: Mapping[str, Any],
    build_layer: Callable[[Mapping[str, Any]], Layer],
    operations: Mapping[str, Callable[..., Any]],
) -> Any:
    if entry["class_name"] != "Operation":
        return build_layer(entry)
    kind = entry["config"]["function"]
    if kind not in operations:
        raise FileFormatError(f"The network calls an operation that is not known here; received: {kind!r}.")
    operation = Operation(operations[kind], kind)
    operation.name = str(entry["name"])
    return operation


def _called(
    name: str, number: int, operation: Any, call: Any, tensors: dict[tuple[str, int, int], SymbolicTensor]
) -> bool:
    """Make a call if all it needs is there, and tell whether it was made."""
    if not _available(call, tensors):
        return False
    args, kwargs = _filled(call, tensors)
    outputs = (
        operation(*args, **kwargs)
        if isinstance(operation, Layer)
        else call_symbolically(operation, tuple(args), kwargs)
    )
    for index, tensor in enumerate(symbolic_leaves(outputs)):
        tensors[name, number, index] = tensor
    return True


def _place(value: Any) -> tuple[str, int, int] | None:
    if isinstance(value, Mapping) and set(value) == {_TENSOR}:
        name, number, index = value[_TENSOR]
        return (name, number, index)
    return None


def _available(value: Any, tensors: Mapping[tuple[str, int, int], Any]) -> bool:
    place = _place(value)
    if place is not None:
        return place in tensors
    if isinstance(value, Mapping):
        return all(_available(item, tensors) for item in value.values())
    return not isinstance(value, list) or all(_available(item, tensors) for item in value)


def _filled(value: Any, tensors: Mapping[tuple[str, int, int], Any]) -> Any:
    place = _place(value)
    if place is not None:
        return tensors[place]
    if isinstance(value, Mapping):
        return {key: _filled(item, tensors) for key, item in value.items()}
    return [_filled(item, tensors) for item in value] if isinstance(value, list) else value


def _plain(arguments: Any, name: str) -> Any:
    assert not any_symbolic(arguments)
    try:
        return serialized(arguments)
    except UnsupportedError as error:
        raise UnsupportedError(
            f"The call of {name!r} in the network holds something that a file cannot: {error}"
        ) from error
