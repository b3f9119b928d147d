"""The table of a network: layers, shapes, numbers of parameters."""

from __future__ import annotations

import itertools
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ranvier.errors import ConfigurationError
from ranvier.layers.base import Layer
from ranvier.networks.graph import Graph
from ranvier.symbolic import Node, symbolic_leaves
from ranvier.types import PartialShape
from ranvier.variable import Variable

Row = list[str]

_POSITIONS = {False: (0.45, 0.80, 1.0), True: (0.3, 0.56, 0.74, 1.0)}
"""Where the columns end, as fractions of the line: of a chain, and of a network with connections."""

_ALIGNMENT = {"Param #": ">", "Trainable": "^"}
"""The columns whose cells do not begin at the left."""

_UNITS = ("B", "KB", "MB", "GB", "TB")


def summary_text(
    network: Any,
    *,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> str:
    """Draw the table of a network as Keras does.

    Args:
        network: A model: its ``name``, ``layers``, ``graph`` and ``optimizer`` are read.
        line_length: The width of the table in characters.
        positions: The right ends of the columns, as fractions of the width.
        expand_nested: Whether the layers of models within the model are listed too.
        show_trainable: Whether a column tells which layers are trained.
        layer_range: Patterns of the names of the first and the last layer to list.

    Returns:
        The table and the totals, several lines.

    Raises:
        ConfigurationError: If ``layer_range`` or ``positions`` cannot be used.
    """
    connected = network.graph is not None and not _is_chain(network.graph)
    header = ["Layer (type)", "Output Shape", "Param #"]
    header += ["Connected to"] if connected else []
    header += ["Trainable"] if show_trainable else []
    rows = [
        row
        for layer in _in_range(network.layers, layer_range)
        for row in _rows(layer, network.graph, connected, show_trainable, expand_nested, 0)
    ]
    widths = _column_widths(connected, show_trainable, line_length, positions)
    lines = [f'Model: "{network.name}"', *_drawn(header, rows, widths), *_totals(network)]
    return "\n".join(lines)


def _rows(
    layer: Layer, graph: Graph | None, connected: bool, show_trainable: bool, expand: bool, level: int
) -> list[Row]:
    indent = f"{'   ' * level}└ " if level else ""
    row = [f"{indent}{layer.name} ({_kind(layer)})", _shape_text(layer, graph), _count_text(layer)]
    if connected:
        # As in Keras, what leads to the layers of a model within is not told.
        row.append("-" if level else _connections(layer, graph))
    if show_trainable:
        row.append(("Y" if layer.trainable else "N") if layer.variables else "-")
    inner = getattr(layer, "layers", None)
    nested = [] if not expand or inner is None else inner
    rows = [row]
    for below in nested:
        rows += _rows(below, getattr(layer, "graph", None), connected, show_trainable, expand, level + 1)
    return rows


def _kind(layer: Layer) -> str:
    """Name the class as Keras does, for which a model made of inputs and outputs is a `Functional`."""
    name = type(layer).__name__
    return "Functional" if name == "Model" and getattr(layer, "graph", None) is not None else name


def _shape_text(layer: Layer, graph: Graph | None) -> str:
    nodes = [node for node in (graph.nodes if graph is not None else []) if node.operation is layer]
    shapes = [leaf.shape for leaf in symbolic_leaves(nodes[0].outputs)] if nodes else layer._seen_shapes
    if not shapes:
        return "?"
    return _shape(shapes[0]) if len(shapes) == 1 else f"[{', '.join(_shape(shape) for shape in shapes)}]"


def _shape(shape: PartialShape) -> str:
    return f"({', '.join(str(size) for size in shape)})"  # Keras writes (None), not (None,)


def _count_text(layer: Layer) -> str:
    return f"{sum(variable.size for variable in layer.variables):,}" if layer.built else "0 (unbuilt)"


def _connections(layer: Layer, graph: Graph | None) -> str:
    nodes = [node for node in (graph.nodes if graph is not None else []) if node.operation is layer]
    sources = [
        f"{tensor.node.operation.name}[{_call_number(tensor.node)}][{tensor.index}]"
        for node in nodes
        for tensor in node.input_tensors
        if tensor.node is not None
    ]
    return ", ".join(sources) or "-"


def _call_number(node: Node) -> int:
    """Tell which call of its layer a node is, since a layer may be called several times."""
    calls = getattr(node.operation, "_nodes", [])
    return next((number for number, call in enumerate(calls) if call is node), 0)


def _is_chain(graph: Graph) -> bool:
    if len(graph.input_tensors) != 1 or len(graph.output_tensors) != 1:
        return False
    operations = [node.operation for node in graph.nodes]
    if len({id(operation) for operation in operations}) != len(operations):
        return False
    previous = None
    for node in graph.nodes:
        if node.input_tensors and [tensor.node for tensor in node.input_tensors] != [previous]:
            return False
        previous = node
    return True


def _in_range(layers: Sequence[Layer], layer_range: Sequence[str] | None) -> Sequence[Layer]:
    if layer_range is None:
        return layers
    if len(layer_range) != 2:
        raise ConfigurationError(f"`layer_range` takes two patterns of names; received: {layer_range!r}.")
    found = []
    for pattern in layer_range:
        matching = [index for index, layer in enumerate(layers) if re.match(pattern, layer.name)]
        if not matching:
            names = [layer.name for layer in layers]
            raise ConfigurationError(f"`layer_range` must match layers of {names}; received: {pattern!r}.")
        found.append(matching)
    first, last = min(found[0]), max(found[1])
    return layers[min(first, last) : max(first, last) + 1]


def _column_widths(
    connected: bool, show_trainable: bool, line_length: int | None, positions: Sequence[float] | None
) -> list[int]:
    """Share the width of the table among the columns, cell margins included."""
    longest = 108 if connected else 88
    ends = list(positions or _POSITIONS[connected])
    columns = len(_POSITIONS[connected]) + show_trainable
    if show_trainable:
        longest += 12
    if show_trainable and positions is None:
        ends = [end * 0.9 for end in ends] + [1.0]
    if len(ends) != columns or ends != sorted(ends):
        raise ConfigurationError(
            f"`positions` takes {columns} growing fractions of the line; received: {list(positions or ())!r}."
        )
    length = line_length or min(longest, shutil.get_terminal_size().columns - 4)
    cuts = [0, *(int(end * length) for end in ends)]
    widths = [last - first + 2 for first, last in itertools.pairwise(cuts)]
    if min(widths) < 6:
        raise ConfigurationError(
            f"The line is too short for a table of {columns} columns; received: line_length={length}."
        )
    return _shrunk(widths, length - columns - 1)


def _shrunk(widths: Sequence[int], room: int) -> list[int]:
    """Take from each column its share of what is too much, the first ones first."""
    excess, shrunk = max(sum(widths) - room, 0), []
    for index, width in enumerate(widths):
        share = round(excess / (len(widths) - index))
        excess -= share
        shrunk.append(width - share)
    return shrunk


def _drawn(header: Row, rows: Sequence[Row], widths: Sequence[int]) -> list[str]:
    sides = [_ALIGNMENT.get(title, "<") for title in header]
    lines = [_rule("┏━┳┓", widths), *_cells(header, widths, sides, "┃"), _rule("┡━╇┩", widths)]
    for number, row in enumerate(rows):
        if number:
            lines.append(_rule("├─┼┤", widths))
        lines.extend(_cells(row, widths, sides, "│"))
    return [*lines, _rule("└─┴┘", widths)]


def _rule(characters: str, widths: Sequence[int]) -> str:
    left, line, middle, right = list(characters)
    return left + middle.join(line * width for width in widths) + right


def _cells(row: Row, widths: Sequence[int], sides: Sequence[str], bar: str) -> list[str]:
    wrapped = [_wrapped(text, width - 2) for text, width in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    drawn = []
    for number in range(height):
        cells = []
        for column, (lines, width) in enumerate(zip(wrapped, widths, strict=True)):
            text = lines[number] if number < len(lines) else ""
            cells.append(f" {text:{sides[column]}{width - 2}} ")
        drawn.append(bar + bar.join(cells) + bar)
    return drawn


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word if len(word) <= width else f"{word[: width - 1]}…")
    return lines


def _totals(network: Any) -> list[str]:
    trained = _totalled(network.trainable_variables)
    held = _totalled(network.non_trainable_variables)
    optimizer = getattr(network, "optimizer", None)
    slots = _totalled(optimizer.variables) if optimizer is not None and optimizer.built else (0, 0)
    total = [sum(parts) for parts in zip(trained, held, slots, strict=True)]
    lines = [
        f" Total params: {_amount(*total)}",
        f" Trainable params: {_amount(*trained)}",
        f" Non-trainable params: {_amount(*held)}",
    ]
    return [*lines, f" Optimizer params: {_amount(*slots)}"] if slots[0] else lines


def _totalled(variables: Sequence[Variable]) -> tuple[int, int]:
    # The learning rate alone is kept in 64 bits here, and is computed with in 32.
    widths = {"float16": 2, "bfloat16": 2, "uint8": 1, "bool": 1}
    return (
        sum(variable.size for variable in variables),
        sum(variable.size * widths.get(variable.dtype, 4) for variable in variables),
    )


def _amount(count: int, size: int) -> str:
    number, unit = float(size), 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number, unit = number / 1024, unit + 1
    return f"{count:,} ({number:.2f} {_UNITS[unit]})"


def show(text: str, print_fn: Callable[[str], Any] | None) -> None:
    """Hand a text to a printing function, standard output when None."""
    (sys.stdout.write(f"{text}\n") if print_fn is None else print_fn(text))
