"""A network as a graph of calls: what Sequential and functional models both become."""

from __future__ import annotations

import math
from typing import Any

import jax

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import Layer
from ranvier.layers.configuration import structural_value
from ranvier.networks.order import ordered_nodes, ordered_operations, require_unique_names
from ranvier.symbolic import Operation, SymbolicTensor, map_symbolic, symbolic_leaves
from ranvier.types import Shape, StructureKey


class Graph:
    """The calls that lead from symbolic inputs to symbolic outputs.

    Args:
        inputs: A symbolic tensor, or a list or dict of them.
        outputs: Likewise.

    Raises:
        ConfigurationError: If an argument holds no symbolic tensor, the outputs do not depend on
            the inputs alone, or two layers share a name.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        for role, structure in (("inputs", inputs), ("outputs", outputs)):
            leaves = jax.tree.leaves(structure)
            if not leaves or not all(isinstance(leaf, SymbolicTensor) for leaf in leaves):
                raise ConfigurationError(
                    f"`{role}` must be symbolic tensors, as `Input(...)` and layers called on it return; "
                    f"received: {structure!r:.200}."
                )
        self.inputs = inputs
        self.outputs = outputs
        self.input_tensors = symbolic_leaves(inputs)
        self.output_tensors = symbolic_leaves(outputs)
        self.nodes = ordered_nodes(self.input_tensors, self.output_tensors)
        self.operations = ordered_operations(self.input_tensors, self.nodes)
        require_unique_names(self.operations)
        self.layers = [operation for operation in self.operations if isinstance(operation, Layer)]

    def run(self, inputs: Any) -> Any:
        """Compute the outputs from arrays.

        Args:
            inputs: Arrays in the structure of :attr:`inputs`; a list may stand for it.

        Returns:
            Arrays in the structure of :attr:`outputs`.
        """
        values = dict(zip(map(id, self.input_tensors), self.matched_inputs(inputs), strict=True))
        for node in self.nodes:
            if not node.input_tensors:
                continue
            args, kwargs = map_symbolic((node.args, node.kwargs), lambda tensor: values[id(tensor)])
            outputs = node.operation(*args, **kwargs)
            for tensor, value in zip(symbolic_leaves(node.outputs), jax.tree.leaves(outputs), strict=True):
                values[id(tensor)] = value
        return map_symbolic(self.outputs, lambda tensor: values[id(tensor)])

    def matched_inputs(self, inputs: Any) -> list[Any]:
        """List the arrays in the order of the input tensors: a dict by name, a list by position.

        Args:
            inputs: An array, or a list, tuple or dict of arrays.

        Raises:
            ConfigurationError: If names or their number do not fit.
            ShapeError: If a shape does not fit.
        """
        matched = []
        for leaf, tensor in zip(self._leaves(inputs), self.input_tensors, strict=True):
            shape = self._fitting_shape(tuple(leaf.shape), tensor)
            matched.append(
                (leaf if shape == leaf.shape else leaf.reshape(shape)).astype(_dtype(tensor.dtype))
            )
        return matched

    def _leaves(self, inputs: Any) -> list[Any]:
        names = self.input_names
        if isinstance(inputs, dict):
            keys = sorted(self.inputs) if isinstance(self.inputs, dict) else names
            missing = [key for key in keys if key not in inputs]
            if missing:
                raise ConfigurationError(
                    f"The model takes inputs named {keys}; received: {sorted(inputs)}, without {missing}."
                )
            leaves = [leaf for key in keys for leaf in jax.tree.leaves(inputs[key])]
        else:
            leaves = jax.tree.leaves(inputs)
        if len(leaves) != len(self.input_tensors):
            raise ConfigurationError(
                f"The model takes {len(names)} input{'s' if len(names) > 1 else ''} ({', '.join(names)}); "
                f"received: {len(leaves)}."
            )
        return leaves

    def check_inputs(self, inputs: Any) -> None:
        """Refuse inputs that do not fit, looking at their shapes only; see :meth:`matched_inputs`."""
        # Casting is left out: it would take the time and memory of a copy of the data.
        for leaf, tensor in zip(self._leaves(inputs), self.input_tensors, strict=True):
            self._fitting_shape(tuple(leaf.shape), tensor)

    def _fitting_shape(self, received: Shape, tensor: SymbolicTensor) -> Shape:
        shape, expected = received, tensor.shape
        if len(shape) == len(expected) + 1 and shape[-1] == 1:
            shape = shape[:-1]
        elif len(shape) == len(expected) - 1 and expected[-1] == 1:
            shape = (*shape, 1)
        # As in Keras, a declared batch size is no demand on the number of rows.
        fits = len(shape) == len(expected) and all(
            wanted is None or size == wanted for size, wanted in zip(shape[1:], expected[1:], strict=True)
        )
        if not fits:
            raise ShapeError(
                f"The input {tensor.name!r} must have shape {_shown(expected)}; received shape: "
                f"{_shown(received)}.{_shape_hint(received, expected)}"
            )
        return shape

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs, in order."""
        return [tensor.node.operation.name if tensor.node else tensor.name for tensor in self.input_tensors]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that yield the outputs, in order."""
        return [tensor.node.operation.name if tensor.node else tensor.name for tensor in self.output_tensors]

    def structure(self) -> StructureKey:
        """A hashable value, equal for two graphs exactly when they trace to the same program."""
        number = {id(operation): index for index, operation in enumerate(self.operations)}
        slot = {id(tensor): ("input", index) for index, tensor in enumerate(self.input_tensors)}
        calls = []
        for position, node in enumerate(self.nodes):
            arguments = structural_value(map_symbolic((node.args, node.kwargs), lambda leaf: slot[id(leaf)]))
            calls.append((number[id(node.operation)], arguments))
            for index, tensor in enumerate(symbolic_leaves(node.outputs)):
                slot.setdefault(id(tensor), ("call", position * 1000 + index))
        operations = tuple(
            operation.function if isinstance(operation, Operation) else type(operation).structure(operation)
            for operation in self.operations
        )
        inputs = tuple((tensor.shape[1:], tensor.dtype) for tensor in self.input_tensors)
        # Keys of a dict decide how data are matched, so they are part of the structure.
        names = (_names(self.inputs), _names(self.outputs))
        return (
            "graph",
            operations,
            tuple(calls),
            inputs,
            names,
            tuple(slot[id(leaf)] for leaf in self.output_tensors),
        )


def _shape_hint(shape: tuple[int, ...], expected: Any) -> str:
    if len(shape) == len(expected) - 1 and shape == tuple(expected[1:]):
        return " It looks like a single example: add the axis of the batch with `x[None]`."
    rest = expected[1:]
    if len(shape) > 1 and None not in rest and math.prod(shape[1:]) == math.prod(rest):
        return (
            f" The numbers are as many: `x.reshape(-1, {', '.join(map(str, rest))})`, or a `Flatten` layer."
        )
    return ""


def _dtype(name: str) -> str:
    # What the engine has no 64 bits for.
    return {"float64": "float32", "int64": "int32", "uint64": "uint32"}.get(name, name)


def _names(structure: Any) -> Any:
    return tuple(sorted(structure)) if isinstance(structure, dict) else type(structure).__name__


def _shown(shape: Any) -> str:
    sizes = ", ".join("any" if size is None else str(size) for size in shape)
    return f"({sizes}{',' if len(shape) == 1 else ''})"
