"""A graph as a configuration, and back: its layers, then its calls in the order they are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError, RanvierError, UnsupportedError
from ranvier.layers import InputLayer, Layer
from ranvier.networks.arguments import decoded, encoded
from ranvier.networks.description import (
    MOST_LAYERS,
    build_layer,
    building,
    describe_layer,
    describing,
)
from ranvier.networks.graph import Graph
from ranvier.networks.operations import named_operation, operation_name
from ranvier.symbolic import Operation, SymbolicTensor, call_symbolically, symbolic_leaves
from ranvier.types import Configuration

_OPERANDS = (SymbolicTensor, np.ndarray, bool, int, float)

_COUNTED = {
    *("adaptive_average_pool", "adaptive_max_pool", "array_split", "diff", "dsplit", "hsplit", "split"),
    *("unstack", "vander", "vsplit"),
}
"""Operations that make something for each of a number."""

_INPUT = -1
"""Stands for the number of a call in the place of a tensor that is an input."""


def graph_configuration(graph: Graph) -> Configuration:
    """Describe a graph in JSON types.

    Args:
        graph: The graph.

    Returns:
        ``layers``; ``calls``, each of a layer by its number or of an operation by its name, with its
        arguments; ``inputs`` and ``outputs``. A tensor is the number of the call that yields it (-1 for
        the inputs) and its position in what that yields.

    Raises:
        UnsupportedError: If a layer or an argument has no form in JSON.
    """
    places = {id(tensor): [_INPUT, index] for index, tensor in enumerate(graph.input_tensors)}
    names = {layer.name for layer in graph.layers}
    with describing():
        layers = [_described_input(tensor, names) for tensor in graph.input_tensors]
        inputs = [_origin(tensor) for tensor in graph.input_tensors]
        numbers = {id(layer): number for number, layer in enumerate(inputs) if layer is not None}
        for layer in graph.layers:
            if id(layer) not in numbers:
                numbers[id(layer)] = len(layers)
                layers.append(describe_layer(layer))
    calls: list[dict[str, Any]] = []
    for node in graph.nodes:
        if not node.input_tensors:
            continue
        target = (
            operation_name(node.operation)
            if isinstance(node.operation, Operation)
            else numbers[id(node.operation)]
        )
        try:
            arguments = encoded([list(node.args), node.kwargs], lambda leaf: places[id(leaf)])
        except UnsupportedError as error:
            raise UnsupportedError(
                f"The call of {node.operation.name!r} cannot be written: {error}"
            ) from error
        for index, tensor in enumerate(symbolic_leaves(node.outputs)):
            places.setdefault(id(tensor), [len(calls), index])
        calls.append({"of": target, "name": node.operation.name, "arguments": arguments})
    return {
        "layers": layers,
        "calls": calls,
        "inputs": encoded(graph.inputs, lambda leaf: places[id(leaf)]),
        "outputs": encoded(graph.outputs, lambda leaf: places[id(leaf)]),
    }


def graph_from_configuration(configuration: Mapping[str, Any]) -> tuple[Any, Any]:
    """Build a graph again.

    Args:
        configuration: What :func:`graph_configuration` returned.

    Returns:
        The symbolic inputs and outputs, in their structures.

    Raises:
        FileFormatError: If the description is not that of a graph.
    """
    try:
        with building():
            layers = [build_layer(entry) for entry in configuration["layers"]]
        inputs = [layer.tensor for layer in layers if isinstance(layer, InputLayer)]
        results: list[list[SymbolicTensor]] = []

        def tensor_at(place: Any) -> SymbolicTensor:
            number, index = place
            if type(number) is not int or type(index) is not int or number < _INPUT or index < 0:
                raise ValueError(f"{place} is no place of a tensor")
            return inputs[index] if number == _INPUT else results[number][index]

        for call in configuration["calls"]:
            outputs = _result(call, layers, decoded(call["arguments"], tensor_at))
            results.append(outputs)  # which the next call may need
        return decoded(configuration["inputs"], tensor_at), decoded(configuration["outputs"], tensor_at)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, RanvierError):
            raise
        raise FileFormatError(
            f"The description of the network is damaged: {type(error).__name__}: {error!s:.200}."
        ) from error


def _result(call: Mapping[str, Any], layers: list[Layer], arguments: Any) -> list[SymbolicTensor]:
    args, kwargs = arguments
    target, name = call["of"], str(call["name"])
    try:
        if isinstance(target, str):
            _require_plain(target, args)
            _require_few(target, arguments)
            operation = named_operation(target)
            operation.name = name
            return symbolic_leaves(call_symbolically(operation, tuple(args), kwargs))
        if type(target) is not int or not 0 <= target < len(layers):
            raise ValueError(f"there is no layer {target!r:.50}")
        return symbolic_leaves(layers[target](*args, **kwargs))
    except FileFormatError:
        raise
    except Exception as error:  # a user's layer may raise anything
        raise FileFormatError(
            f"The call of {name!r:.100} in the network does not work: {type(error).__name__}: {error!s:.500}"
        ) from error


def _require_plain(target: str, args: list[Any]) -> None:
    """Let Python's operators meet a tensor and numbers only: they would repeat a list, or raise to any power."""
    if target.startswith("operator.") and not (
        any(isinstance(each, SymbolicTensor) for each in args[:2])
        and (target == "operator.get_item" or all(isinstance(each, _OPERANDS) for each in args))
    ):
        raise ValueError("an operator takes tensors and numbers")


def _require_few(target: str, arguments: Any) -> None:
    """Refuse a count that an operation would work off one by one while the network is built."""
    remaining = [arguments] if target in _COUNTED else []
    while remaining:
        part = remaining.pop()
        if isinstance(part, int) and abs(part) > MOST_LAYERS:
            raise ValueError(f"{part:.3g} is more than `{target}` is asked for in a network")
        remaining += (
            part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
        )


def _origin(tensor: SymbolicTensor) -> Layer | None:
    operation = tensor.node.operation if tensor.node is not None else None
    return operation if isinstance(operation, InputLayer) else None


def _described_input(tensor: SymbolicTensor, names: set[str]) -> Configuration:
    """Describe the layer of an input; one is made up where the network begins within another."""
    layer = _origin(tensor)
    if layer is not None:
        return describe_layer(layer)
    name = tensor.node.operation.name if tensor.node is not None else tensor.name
    name = f"{name}_input" if name in names else name
    config = {"batch_shape": list(tensor.shape), "dtype": tensor.dtype, "name": name}
    return {"class_name": "InputLayer", "name": name, "config": config, "registered_name": None}
