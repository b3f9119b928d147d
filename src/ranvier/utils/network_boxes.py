"""A network as boxes and arrows: one box for each call of a layer, with what is written in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ranvier.networks.graph import Graph
from ranvier.symbolic import Node, symbolic_leaves


@dataclass
class Box:
    """One call of a layer.

    Attributes:
        title: The class of the layer.
        lines: What else is written, a label and a value each; a value alone has an empty label.
        kind: What sort of layer it is, which decides the colour.
        inside: The drawing of a nested model that is opened up, or None.
    """

    title: str
    lines: list[tuple[str, str]]
    kind: str
    inside: Drawing | None = None


@dataclass
class Drawing:
    """Boxes, and arrows between them by their numbers."""

    boxes: list[Box] = field(default_factory=list)
    arrows: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """Which details of a layer are written; see :func:`~ranvier.utils.plot_model`."""

    shapes: bool = False
    dtype: bool = False
    names: bool = False
    activations: bool = False
    trainable: bool = False
    nested: bool = False


_KINDS = {
    "weights": ("Dense", "Conv", "Embedding", "EinsumDense"),
    "activation": ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
    "normalization": ("Normalization", "Rescaling"),
    "noise": ("Dropout", "Gaussian"),
    "pooling": ("Pooling", "Pool"),
    "merging": ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"),
    "shape": ("Flatten", "Reshape", "Permute", "RepeatVector", "ZeroPadding", "UpSampling"),
    "input": ("InputLayer",),
}


def draw_network(network: Any, shown: Shown) -> Drawing:
    """List the boxes and arrows of a model.

    Args:
        network: A built model.
        shown: What is written in the boxes.
    """
    graph: Graph | None = network.graph
    if graph is None:
        if not shown.nested or not network.layers:
            return Drawing([_box(network, None, 1, Shown(**{**vars(shown), "nested": False}))])
        return Drawing([_box(layer, None, 1, shown) for layer in network.layers])
    drawing = Drawing()
    origin: dict[int, int] = {}
    calls: dict[int, int] = {}
    for node in graph.nodes:
        operation = node.operation
        calls[id(operation)] = calls.get(id(operation), 0) + 1
        drawing.boxes.append(_box(operation, node, calls[id(operation)], shown))
        number = len(drawing.boxes) - 1
        for tensor in node.input_tensors:
            if id(tensor) not in origin:  # an inner tensor that serves as the input of this network
                drawing.boxes.append(Box("Input", _shape_lines(tensor.shape, None, shown), "input"))
                origin[id(tensor)] = len(drawing.boxes) - 1
            drawing.arrows.append((origin[id(tensor)], number))
        origin.update({id(tensor): number for tensor in symbolic_leaves(node.outputs)})
    return drawing


def _box(operation: Any, node: Node | None, call: int, shown: Shown) -> Box:
    title = type(operation).__name__
    lines: list[tuple[str, str]] = []
    if title == "Operation":
        title = operation.kind
    if shown.names:
        lines.append(("", operation.name + (f" (call {call})" if call > 1 else "")))
    elif call > 1:
        lines.append(("", f"call {call}"))
    activation = getattr(operation, "activation", None)
    if shown.activations and callable(activation):
        lines.append(("activation", getattr(activation, "__name__", type(activation).__name__)))
    if shown.dtype and hasattr(operation, "dtype"):
        lines.append(("dtype", str(operation.dtype)))
    if node is not None:
        inputs = [leaf.shape for leaf in node.input_tensors]
        outputs = [leaf.shape for leaf in symbolic_leaves(node.outputs)]
        lines += _shape_lines(outputs, inputs, shown)
    if shown.trainable and getattr(operation, "variables", None):
        lines.append(("trainable", "yes" if operation.trainable else "no"))
    inside = None
    if shown.nested and hasattr(operation, "layers") and hasattr(operation, "graph"):
        inside = draw_network(operation, shown)
    return Box(title, lines, _kind(operation), inside)


def _shape_lines(outputs: Any, inputs: Any, shown: Shown) -> list[tuple[str, str]]:
    if not shown.shapes:
        return []
    lines = [("in", _shapes(inputs))] if inputs else []
    return [*lines, ("out", _shapes(outputs))]


def _shapes(shapes: Any) -> str:
    listed = shapes if shapes and isinstance(shapes[0], tuple) else [shapes]
    return ", ".join(str(tuple(shape)) for shape in listed)


def _kind(operation: Any) -> str:
    name = type(operation).__name__
    if hasattr(operation, "layers"):
        return "model"
    return next(
        (kind for kind, parts in _KINDS.items() if any(name == part or part in name for part in parts)),
        "other",
    )
