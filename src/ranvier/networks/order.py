"""The order of calls in a network, read backwards from its outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ranvier.errors import ConfigurationError
from ranvier.symbolic import Node, SymbolicTensor


def ordered_nodes(inputs: Sequence[SymbolicTensor], outputs: Sequence[SymbolicTensor]) -> list[Node]:
    """List the calls between inputs and outputs so that each stands after those it needs.

    Args:
        inputs: Where the network begins.
        outputs: Where it ends.

    Returns:
        The nodes, first met first (depth-first from the outputs).

    Raises:
        ConfigurationError: If an output does not depend on the inputs alone.
    """
    beginnings = {id(tensor) for tensor in inputs}
    finished: dict[int, Node] = {}
    # An explicit stack, since a network may be deeper than Python's recursion limit.
    stack: list[tuple[SymbolicTensor, bool]] = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, expanded = stack.pop()
        node = tensor.node
        if id(tensor) in beginnings and (node is None or node.input_tensors):
            continue
        if node is None or (not node.input_tensors and id(tensor) not in beginnings):
            raise ConfigurationError(
                f"The network is not connected: the output depends on {tensor!r}, which is not among the inputs "
                f"{[each.name for each in inputs]}. Add it to `inputs`, or build on one of those given."
            )
        if id(node) in finished:
            continue
        if expanded or not node.input_tensors:
            finished[id(node)] = node
        else:
            stack.append((tensor, True))
            stack.extend((needed, False) for needed in reversed(node.input_tensors))
    return list(finished.values())


def ordered_operations(inputs: Sequence[SymbolicTensor], nodes: Sequence[Node]) -> list[Any]:
    """List the layers and operations of a network in Keras' order, farthest from the outputs first.

    The order decides the order of the weights, so it follows Keras: by depth (the longest way to
    an output), and for equal depth by the first meeting in a depth-first walk.

    Args:
        inputs: Where the network begins.
        nodes: Its calls, from :func:`ordered_nodes`.
    """
    node_depth: dict[int, int] = {}
    operation_depth: dict[int, int] = {}
    operations: dict[int, Any] = {id(node.operation): node.operation for node in nodes}
    in_graph = {id(node) for node in nodes}
    for node in reversed(nodes):
        depth = max(node_depth.get(id(node), 0), operation_depth.get(id(node.operation), 0))
        node_depth[id(node)] = operation_depth[id(node.operation)] = depth
        for tensor in node.input_tensors:
            parent = tensor.node
            if parent is not None and id(parent) in in_graph:
                node_depth[id(parent)] = max(depth + 1, node_depth.get(id(parent), 0))
    meeting = {identity: position for position, identity in enumerate(operations)}
    for tensor in inputs:
        origin = tensor.node
        if origin is not None and not origin.input_tensors and id(origin.operation) not in operations:
            operations[id(origin.operation)] = origin.operation
            operation_depth[id(origin.operation)] = 0
            meeting[id(origin.operation)] = -1
    ordered = sorted(operations, key=lambda identity: (-operation_depth[identity], meeting[identity]))
    return [operations[identity] for identity in ordered]


def require_unique_names(operations: Sequence[Any]) -> None:
    """Refuse two operations of one name, since messages and files refer to them by name.

    Raises:
        ConfigurationError: Naming the first name that stands twice.
    """
    counted = Counter(operation.name for operation in operations)
    repeated = next((name for name, times in counted.items() if times > 1), None)
    if repeated is not None:
        raise ConfigurationError(
            f"Names of layers in a model must differ; received {counted[repeated]} layers named {repeated!r}."
        )
