"""Steps on images brought into the order of axes that ONNX has: channels in front of the sizes.

Transpositions are put off as long as what follows works in either order, so that those between two
convolutions cancel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ranvier.exports.program import Names, Program, Step, Tensor, needed_steps

_EACH_NUMBER = frozenset(
    {
        *(
            "absolute",
            "add",
            "and",
            "arccos",
            "arccosh",
            "arcsin",
            "arcsinh",
            "arctan",
            "arctanh",
            "cast",
            "ceil",
        ),
        *(
            "cos",
            "cosh",
            "divide",
            "elu",
            "equal",
            "erf",
            "exp",
            "expm1",
            "floor",
            "greater",
            "greater_equal",
        ),
        *("is_infinite", "is_nan", "leaky_relu", "less", "less_equal", "log", "log1p", "maximum", "minimum"),
        *("multiply", "negative", "not", "not_equal", "or", "power", "relu", "remainder", "round", "sigmoid"),
        *(
            "sign",
            "sin",
            "sinh",
            "softplus",
            "softsign",
            "sqrt",
            "square",
            "subtract",
            "tan",
            "tanh",
            "where",
        ),
        "xor",
    }
)
_WITH_AXIS = frozenset({"concatenate", "cumulative_sum", "log_softmax", "softmax", "sort"})
_WINDOWED = frozenset({"average_pooling", "max_pooling", "enlarge"})

Order = tuple[int, ...]


@dataclass(frozen=True)
class Turned:
    """A tensor that is another one with its axes reordered.

    Attributes:
        source: The other one.
        order: Which of its axes each axis is.
    """

    source: Tensor
    order: Order


def channels_first(program: Program) -> Program:
    """Return a program whose steps on images have the channels second."""
    layout = _Layout(program)
    for step in program.steps:
        layout.add(step)
    outputs = {name: layout.plain(tensor) for name, tensor in program.outputs.items()}
    return replace(program, steps=needed_steps(layout.steps, outputs.values()), outputs=outputs)


class _Layout:
    def __init__(self, program: Program) -> None:
        self.steps: list[Step] = []
        self.turned: dict[int, Turned] = {}
        self.made: dict[tuple[int, Order], Tensor] = {}
        names = [tensor.name for step in program.steps for tensor in (*step.inputs, step.output)]
        self.names = Names({*names, *(tensor.name for tensor in program.inputs)})

    def add(self, step: Step) -> None:
        """Take over a step, in another order of axes where that is needed or saves work."""
        if step.kind == "transpose":
            before = self._turned(step.inputs[0])
            order = tuple(before.order[axis] for axis in step.attributes["order"])
            self.turned[id(step.output)] = Turned(before.source, order)
        elif _wants_front(step):
            self._in_front(step)
        elif not self._carried(step):
            self.steps.append(replace(step, inputs=tuple(map(self.plain, step.inputs))))

    def plain(self, tensor: Tensor) -> Tensor:
        """Return a tensor with its axes in their own order."""
        return self._viewed(tensor, tuple(range(tensor.ndim)))

    def _turned(self, tensor: Tensor) -> Turned:
        return self.turned.get(id(tensor)) or Turned(tensor, tuple(range(tensor.ndim)))

    def _viewed(self, tensor: Tensor, order: Order) -> Tensor:
        """Return a tensor with its axes in an order; transposed once, if at all."""
        known = self._turned(tensor)
        order = tuple(known.order[axis] for axis in order)
        source = known.source
        if order == tuple(range(source.ndim)):
            return source
        key = (id(source), order)
        if key not in self.made:
            shape = tuple(source.shape[axis] for axis in order)
            self.made[key] = Tensor(self.names.free(f"{source.name}/transposed"), shape, source.dtype)
            self.steps.append(
                Step("transpose", (source,), self.made[key], {"order": order}, source.name, "Layout")
            )
        return self.made[key]

    def _in_front(self, step: Step) -> None:
        x = step.inputs[0]
        front, spatial = _front_order(step)
        attributes = dict(step.attributes)
        if "axes" in attributes:
            attributes["axes"] = spatial
        if "channels_first" in attributes:
            attributes["channels_first"] = True
        if step.kind == "batch_normalization":
            attributes["axis"] = 1
        self._emit(step, (self._viewed(x, front), *step.inputs[1:]), _inverse(front), attributes)

    def _emit(
        self, step: Step, inputs: Iterable[Tensor], order: Order, attributes: Mapping[str, Any]
    ) -> None:
        """Add a step whose output, reordered, is that of the given step."""
        shape = tuple(step.output.shape[axis] for axis in _inverse(order))
        output = replace(step.output, shape=shape)
        self.turned[id(step.output)] = Turned(output, order)
        self.steps.append(replace(step, inputs=tuple(inputs), output=output, attributes=attributes))

    def _carried(self, step: Step) -> bool:
        """Add a step in the order that its inputs have already, if it can be."""
        orders = {known.order for each in step.inputs if (known := self.turned.get(id(each))) is not None}
        loose = [each for each in step.inputs if id(each) not in self.turned]
        if len(orders) != 1:
            return False
        order = next(iter(orders))
        attributes = dict(step.attributes)
        if step.kind in _WITH_AXIS and not loose:
            attributes["axis"] = order[attributes["axis"]]
        elif step.kind == "pad":
            attributes["widths"] = tuple(attributes["widths"][axis] for axis in _inverse(order))
        elif step.kind.startswith("reduce_"):
            return self._reduced(step, order, attributes)
        elif step.kind not in _EACH_NUMBER or not all(_fits(each, len(order)) for each in loose):
            return False
        if step.output.ndim != len(order):
            return False
        inputs = [
            self.turned[id(each)].source if id(each) in self.turned else _constant(each, order)
            for each in step.inputs
        ]
        self._emit(step, inputs, order, attributes)
        return True

    def _reduced(self, step: Step, order: Order, attributes: dict[str, Any]) -> bool:
        axes = attributes["axes"]
        attributes["axes"] = tuple(sorted(order[axis] for axis in axes))
        source = self.turned[id(step.inputs[0])].source
        if attributes["keep"]:
            self._emit(step, [source], order, attributes)
            return True
        kept = [order[axis] for axis in range(len(order)) if axis not in axes]
        self._emit(step, [source], tuple(sorted(kept).index(axis) for axis in kept), attributes)
        return True


def _wants_front(step: Step) -> bool:
    if step.kind == "convolution":
        return not step.attributes["channels_first"]
    if step.kind in _WINDOWED:
        axes = step.attributes["axes"]
        return tuple(axes) != tuple(range(2, step.inputs[0].ndim))
    return step.kind == "batch_normalization" and step.attributes["axis"] != 1


def _front_order(step: Step) -> tuple[Order, Order]:
    """Return the order in which the channels are second, and where the sizes of the images then are."""
    rank = step.inputs[0].ndim
    if step.kind == "batch_normalization":
        axis = step.attributes["axis"]
        return (0, axis, *(each for each in range(1, rank) if each != axis)), tuple(range(2, rank))
    axes = tuple(step.attributes.get("axes", range(1, rank - 1)))
    others = [axis for axis in range(rank) if axis not in axes]
    return (*others, *axes), tuple(range(len(others), rank))


def _inverse(order: Sequence[int]) -> Order:
    return tuple(int(each) for each in np.argsort(order))


def _fits(tensor: Tensor, rank: int) -> bool:
    return tensor.value is not None and tensor.ndim <= rank


def _constant(tensor: Tensor, order: Order) -> Tensor:
    """Return a constant in the order of what it is combined with."""
    assert tensor.value is not None
    if tensor.value.size == 1:
        return tensor
    whole = tensor.value.reshape((1,) * (len(order) - tensor.ndim) + tensor.value.shape)
    turned = whole.transpose(_inverse(order))
    return Tensor(tensor.name, turned.shape, tensor.dtype, turned)
