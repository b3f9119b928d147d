"""A network, call by call, as steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax

from ranvier.exports.program import Tensor
from ranvier.exports.rules import RULES
from ranvier.exports.rules.activations import RULES as ACTIVATIONS
from ranvier.exports.traced import traced
from ranvier.exports.translation import Translation
from ranvier.layers.base import Layer
from ranvier.networks.graph import Graph
from ranvier.symbolic import Operation, SymbolicTensor, map_symbolic, symbolic_leaves
from ranvier.training.view import flattened


def translated(to: Translation, network: Layer, inputs: Any) -> Any:
    """Translate a call of a layer or model.

    Args:
        to: Where the steps go.
        network: A built layer or model.
        inputs: Tensors in the structure that it is called on.

    Returns:
        Tensors in the structure that it returns.

    Raises:
        UnsupportedError: If something in it cannot be exported; the message names the layer.
    """
    graph = getattr(network, "graph", None)
    if isinstance(graph, Graph) and _runs_its_graph(network):
        return _graph(to, graph, inputs)
    return _called(to, network, (inputs,), {})


def _runs_its_graph(network: Any) -> bool:
    """Whether a model does what its graph says, and not what a user's ``call`` does."""
    return str(type(network).call.__module__).startswith("ranvier.models")


def _graph(to: Translation, graph: Graph, inputs: Any) -> Any:
    values: dict[int, Tensor] = {}
    for tensor, given in zip(graph.input_tensors, graph._leaves(inputs), strict=True):
        dtype = {"float64": "float32", "int64": "int32", "uint64": "uint32"}.get(tensor.dtype, tensor.dtype)
        if given.ndim == tensor.ndim - 1:  # as the network itself takes them
            given = to.build.expand_axes(given, [given.ndim])
        elif given.ndim == tensor.ndim + 1:
            given = to.build.squeeze(given, [tensor.ndim])
        values[id(tensor)] = to.build.cast(given, dtype)
    for node in graph.nodes:
        if not node.input_tensors:
            continue
        args, kwargs = map_symbolic((node.args, node.kwargs), lambda tensor: values[id(tensor)])
        outputs = _called(to, node.operation, args, kwargs)
        for tensor, value in zip(symbolic_leaves(node.outputs), jax.tree.leaves(outputs), strict=True):
            values[id(tensor)] = value
    return map_symbolic(graph.outputs, lambda tensor: values[id(tensor)])


def _called(to: Translation, target: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    if isinstance(target, Operation):
        with to.build.layer(target.name, target.kind):
            rule = ACTIVATIONS.get(target.function)
            if rule is not None and isinstance(args[0], Tensor) and args[0].is_float:
                return rule(to.build, *args, **kwargs)
            return traced(to, target.function, args, dict(kwargs), f"the operation {target.name!r}")
    with to.build.layer(target.name, type(target).__name__):
        return _layer(to, target, args, dict(kwargs))


def _layer(to: Translation, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    plain = len(args) == 1 and not any(value is not None and value is not False for value in kwargs.values())
    if plain:
        inputs = args[0] if layer.keeps_dtype else _cast(to, args[0], layer.dtype)
        rule = RULES.get(type(layer))
        if rule is not None:
            return rule(to, layer, inputs)
        graph = getattr(layer, "graph", None)
        if isinstance(graph, Graph) and _runs_its_graph(layer):
            return _graph(to, graph, args[0])
        read = _read_symbolically(layer, args[0])
        if read is not None:
            return _graph(to, read, args[0])
    return traced(to, layer, args, kwargs, f"the layer {layer.name!r} ({type(layer).__name__})")


def _cast(to: Translation, inputs: Any, dtype: str) -> Any:
    return jax.tree.map(lambda leaf: to.build.cast(leaf, dtype), inputs)


def _read_symbolically(layer: Any, inputs: Any) -> Graph | None:
    """Read a user's layer or model as a graph, where its ``call`` is made of layers and operations alone."""
    inner = flattened(layer)[1:]
    if not inner:
        return None
    nodes = {id(each): list(each._nodes) for each in inner}
    beginning = jax.tree.map(lambda leaf: SymbolicTensor(leaf.shape, leaf.dtype, name=leaf.name), inputs)
    try:
        return Graph(beginning, layer.call(beginning))
    except Exception:  # the user's code does something else; it is traced instead
        return None
    finally:
        for each in inner:
            each._nodes = nodes[id(each)]
