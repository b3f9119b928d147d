"""The nodes of an ONNX graph while they are collected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ranvier.exports.program import TEXT, Names, Step, Tensor

TYPES = {
    "bool": TensorProto.BOOL,
    "float16": TensorProto.FLOAT16,
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    TEXT: TensorProto.STRING,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
}
"""The numbers of ONNX for dtypes."""

MACHINE_LEARNING = "ai.onnx.ml"


class Nodes:
    """Collects nodes and constants.

    Args:
        names: The names that are taken.
    """

    def __init__(self, names: Names) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self.domains: set[str] = {""}
        self._names = names
        self._node_names = Names()
        self._known: dict[tuple[Any, ...], str] = {}
        self.label = ""

    def node(
        self, kind: str, inputs: Sequence[str], *, domain: str = "", outputs: int = 1, **attributes: Any
    ) -> str:
        """Add a node and return the name of its first output."""
        base = f"{self.label}/{kind}" if self.label else kind
        name = self._node_names.free(base)
        made = [self._names.free(f"{base}_output") for _ in range(outputs)]
        self.domains.add(domain)
        self.nodes.append(helper.make_node(kind, list(inputs), made, name=name, domain=domain, **attributes))
        return made[0]

    def finish(self, step: Step, found: str) -> None:
        """Give what a step yields its name."""
        last = self.nodes[-1] if self.nodes else None
        if last is None or last.output[0] != found:
            found = self.node("Identity", [found])
            last = self.nodes[-1]
        assert last is not None
        last.output[0] = step.output.name

    def constant(self, tensor: Tensor) -> str:
        """Return the name of a constant of the program."""
        assert tensor.value is not None
        return self.array(tensor.value, tensor.name)

    def array(self, value: np.ndarray[Any, Any], name: str = "") -> str:
        """Return the name of an array; equal ones without a name of their own are kept once."""
        value = np.asarray(value)
        if value.dtype.kind == "U":
            value = value.astype(object)
        content = tuple(value.reshape(-1).tolist()) if value.dtype == object else value.tobytes()
        key = ("" if name.startswith("constant") else name, content, value.shape, str(value.dtype))
        if key not in self._known:
            free = name if name and name not in self.constants else self._names.free(name or "constant")
            self._known[key] = free
            if value.dtype == object:
                flat = [each.encode() for each in value.reshape(-1)]
                made = helper.make_tensor(free, TensorProto.STRING, value.shape, flat)
            else:
                made = numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), free)
            self.constants[free] = made
        return self._known[key]

    def integers(self, values: Sequence[int]) -> str:
        """Return the name of a vector of whole numbers."""
        return self.array(np.asarray(list(values), np.int64))

    def scalar(self, value: float, dtype: str) -> str:
        """Return the name of a single number."""
        return self.array(np.asarray(value, dtype))


def value_info(tensor: Tensor, name: str) -> Any:
    """Describe a tensor at the border of the graph."""
    sizes = [
        size if size is not None else "batch" if axis == 0 else f"{name}_size{axis}"
        for axis, size in enumerate(tensor.shape)
    ]
    return onnx.helper.make_tensor_value_info(name, TYPES[tensor.dtype], sizes)
