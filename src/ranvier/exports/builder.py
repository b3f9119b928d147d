"""The making of steps: each method adds one, and knows the shape and dtype of what it yields."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ranvier.exports.program import TEXT, Names, Step, Tensor
from ranvier.exports.python_file.expressions import computed
from ranvier.types import PartialShape

LARGEST_FOLDED = 1 << 16
"""How many numbers a constant may get by being computed while exporting, beyond those it is made of."""

COMPARISONS = frozenset({"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"})
HALVES = ("bfloat16", "float16")


class Builder:
    """Collects the steps of a program."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.names = Names()
        self.labels: list[tuple[str, str]] = [("", "")]
        self._numbers: dict[tuple[Any, ...], Tensor] = {}
        self._made: dict[tuple[Any, ...], Tensor] = {}

    @contextmanager
    def layer(self, label: str, detail: str) -> Iterator[None]:
        """Say of the steps made within a ``with`` block to which layer they belong.

        Args:
            label: The layer's name.
            detail: Its class.
        """
        outer = self.labels[-1][0]
        self.labels.append((f"{outer}/{label}" if outer else label, detail))
        try:
            yield
        finally:
            self.labels.pop()

    def input(self, name: str, shape: PartialShape, dtype: str) -> Tensor:
        """Make a place where data enter."""
        return Tensor(self.names.free(name), tuple(shape), dtype)

    def constant(self, value: Any, dtype: str | None = None, name: str = "constant") -> Tensor:
        """Make a constant.

        Args:
            value: Numbers or texts.
            dtype: The dtype; that of the value when None, single precision for halves.
            name: The name, numbered where it is taken.
        """
        array = np.asarray(value)
        if array.dtype.kind in "UO":
            return Tensor(self.names.free(name), array.shape, TEXT, array.astype(np.str_))
        dtype = str(array.dtype) if dtype is None else dtype
        array = array.astype("float32" if dtype in HALVES else dtype)
        if array.ndim or name != "constant":
            return Tensor(self.names.free(name), array.shape, str(array.dtype), array)
        key = (str(array.dtype), array.tobytes())
        if key not in self._numbers:
            self._numbers[key] = Tensor(self.names.free(name), (), str(array.dtype), array)
        return self._numbers[key]

    def step(
        self,
        kind: str,
        inputs: Sequence[Tensor],
        shape: Sequence[int | None],
        dtype: str,
        /,
        **attributes: Any,
    ) -> Tensor:
        """Add a step, once; what depends on constants alone is computed at once where that is small."""
        label, detail = self.labels[-1]
        shape = tuple(None if each is None else int(each) for each in shape)
        values = [tensor.value for tensor in inputs]
        size = math.prod(each or 0 for each in shape)
        if inputs and all(value is not None for value in values):
            made = sum(value.size for value in values if value is not None)
            if size <= max(LARGEST_FOLDED, made):
                found = computed(kind, values, attributes)
                name = inputs[0].name if found.size == made and len(inputs) == 1 else f"{label}/{kind}"
                return self.constant(found, dtype if dtype != TEXT else None, name)
        key = (kind, dtype, *map(id, inputs), *sorted(attributes.items()))
        if key not in self._made:
            output = Tensor(self.names.free(f"{label}/{kind}" if label else kind), shape, dtype)
            self.steps.append(Step(kind, tuple(inputs), output, attributes, label, detail))
            self._made[key] = output
        return self._made[key]

    # -- element by element ----------------------------------------------------------------------

    def unary(self, kind: str, x: Tensor, dtype: str | None = None, **attributes: Any) -> Tensor:
        """Apply a function to each number."""
        return self.step(kind, [x], x.shape, dtype or x.dtype, **attributes)

    def unary_with(self, kind: str, inputs: Sequence[Tensor], **attributes: Any) -> Tensor:
        """Apply a function to the first tensor that also depends on the others."""
        return self.step(kind, inputs, inputs[0].shape, inputs[0].dtype, **attributes)

    def binary(self, kind: str, x: Tensor | float, y: Tensor | float) -> Tensor:
        """Combine two tensors that broadcast; a number takes the dtype of the other."""
        if not isinstance(x, Tensor):
            assert isinstance(y, Tensor)
            x = self.constant(x, y.dtype)
        if not isinstance(y, Tensor):
            y = self.constant(y, x.dtype)
        dtype = "bool" if kind in COMPARISONS else x.dtype
        return self.step(kind, [x, y], broadcast(x.shape, y.shape), dtype)

    def add(self, x: Tensor | float, y: Tensor | float) -> Tensor:
        """Add."""
        return self.binary("add", x, y)

    def subtract(self, x: Tensor | float, y: Tensor | float) -> Tensor:
        """Subtract."""
        return self.binary("subtract", x, y)

    def multiply(self, x: Tensor | float, y: Tensor | float) -> Tensor:
        """Multiply."""
        return self.binary("multiply", x, y)

    def divide(self, x: Tensor | float, y: Tensor | float) -> Tensor:
        """Divide."""
        return self.binary("divide", x, y)

    def where(self, condition: Tensor, x: Tensor | float, y: Tensor | float) -> Tensor:
        """Take x where the condition holds, else y."""
        dtype = next(each.dtype for each in (x, y) if isinstance(each, Tensor))
        first, second = (each if isinstance(each, Tensor) else self.constant(each, dtype) for each in (x, y))
        shape = broadcast(condition.shape, broadcast(first.shape, second.shape))
        return self.step("where", [condition, first, second], shape, dtype)

    def clip(self, x: Tensor, low: float, high: float) -> Tensor:
        """Bring numbers into a range."""
        return self.binary("minimum", self.binary("maximum", x, low), high)

    def cast(self, x: Tensor, dtype: str) -> Tensor:
        """Convert; half precision is computed in single."""
        dtype = "float32" if dtype in HALVES else dtype
        return x if x.dtype == dtype else self.step("cast", [x], x.shape, dtype, dtype=dtype)

    # -- arrangement -----------------------------------------------------------------------------

    def reshape(self, x: Tensor, shape: Sequence[int | None]) -> Tensor:
        """Arrange numbers anew.

        Args:
            x: The tensor.
            shape: The new shape; unknown sizes are the first, which stays, and at most one other.
        """
        shape = tuple(shape)
        unknown = shape.count(None)
        if shape == x.shape and unknown <= 1:
            return x
        # 0 keeps a size, -1 is what remains, as in ONNX.
        sizes = [-1 if size is None else size for size in shape]
        if unknown > 1:
            sizes[0] = 0
        return self.step("reshape", [x], shape, x.dtype, sizes=tuple(sizes))

    def reshape_like(self, x: Tensor, like: Tensor) -> Tensor:
        """Arrange numbers in the shape of another tensor."""
        if like.shape.count(None) <= 1:
            return self.reshape(x, like.shape)
        return self.step("reshape_like", [x, like], like.shape, x.dtype)

    def expand_axes(self, x: Tensor, axes: Sequence[int]) -> Tensor:
        """Insert axes of size 1, at their places in the result."""
        shape = list(x.shape)
        for axis in sorted(axes):
            shape.insert(axis, 1)
        if not axes:
            return x
        if x.value is not None:
            return self.reshape(x, shape)
        return self.step("unsqueeze", [x], shape, x.dtype, axes=tuple(sorted(axes)))

    def squeeze(self, x: Tensor, axes: Sequence[int]) -> Tensor:
        """Take away axes of size 1."""
        shape = [size for axis, size in enumerate(x.shape) if axis not in axes]
        return self.step("squeeze", [x], shape, x.dtype, axes=tuple(sorted(axes))) if axes else x

    def transpose(self, x: Tensor, order: Sequence[int]) -> Tensor:
        """Reorder the axes."""
        if tuple(order) == tuple(range(x.ndim)):
            return x
        return self.step("transpose", [x], [x.shape[axis] for axis in order], x.dtype, order=tuple(order))

    def expand(self, x: Tensor, shape: Sequence[int | None], like: Tensor) -> Tensor:
        """Repeat along axes of size 1.

        Args:
            x: The tensor.
            shape: The new shape; an unknown size is the number of rows of ``like``.
            like: A tensor that has the rows.
        """
        if tuple(shape) == x.shape:
            return x
        return self.step("expand", [x, like], shape, x.dtype, sizes=tuple(shape))

    def concatenate(self, tensors: Sequence[Tensor], axis: int) -> Tensor:
        """Join along an axis."""
        if len(tensors) == 1:
            return tensors[0]
        axis %= tensors[0].ndim
        sizes = [tensor.shape[axis] for tensor in tensors]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        shape = [total if each == axis else size for each, size in enumerate(tensors[0].shape)]
        return self.step("concatenate", tensors, shape, tensors[0].dtype, axis=axis)

    def slice(self, x: Tensor, axis: int, start: int, stop: int, stride: int = 1) -> Tensor:
        """Take a part along an axis whose size is known; a negative stride goes backwards."""
        size = x.shape[axis]
        places = range(start, stop, stride)
        if size is not None and places == range(size):
            return x
        shape = [len(places) if each == axis else size for each, size in enumerate(x.shape)]
        # Backwards past the first position; None would be Python's way and a very negative number ONNX's.
        return self.step("slice", [x], shape, x.dtype, axis=axis, start=start, stop=stop, stride=stride)

    def pad(self, x: Tensor, widths: Sequence[tuple[int, int]], value: float = 0.0) -> Tensor:
        """Add a border."""
        if not any(before or after for before, after in widths):
            return x
        shape = [
            None if size is None else size + before + after
            for size, (before, after) in zip(x.shape, widths, strict=True)
        ]
        return self.step("pad", [x], shape, x.dtype, widths=tuple(map(tuple, widths)), value=value)

    def take(self, x: Tensor, indices: Tensor, axis: int) -> Tensor:
        """Take positions along an axis."""
        shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
        return self.step("take", [x, indices], shape, x.dtype, axis=axis)

    # -- reductions and products -----------------------------------------------------------------

    def reduce(self, kind: str, x: Tensor, axes: Sequence[int], *, keep: bool = False) -> Tensor:
        """Combine along axes: ``"sum"``, ``"mean"``, ``"max"``, ``"min"``, ``"prod"``."""
        axes = tuple(sorted(axis % x.ndim for axis in axes))
        if not axes:
            return x
        shape = [1 if axis in axes else size for axis, size in enumerate(x.shape) if keep or axis not in axes]
        return self.step(f"reduce_{kind}", [x], shape, x.dtype, axes=axes, keep=keep)

    def softmax(self, x: Tensor, axes: Sequence[int]) -> Tensor:
        """Make probabilities along axes."""
        axes = [axis % x.ndim for axis in axes]
        if len(axes) == 1:
            return self.unary("softmax", x, axis=axes[0])
        powers = self.unary("exp", self.subtract(x, self.reduce("max", x, axes, keep=True)))
        return self.divide(powers, self.reduce("sum", powers, axes, keep=True))

    def matmul(self, x: Tensor, y: Tensor) -> Tensor:
        """Multiply matrices, all axes before the last two in step."""
        batch = broadcast(x.shape[:-2], y.shape[:-2])
        return self.step("matmul", [x, y], (*batch, x.shape[-2], y.shape[-1]), x.dtype)

    def linear(self, x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        """Compute x W + b along the last axis."""
        inputs = [x, kernel] if bias is None else [x, kernel, bias]
        return self.step("linear", inputs, (*x.shape[:-1], kernel.shape[-1]), x.dtype)


def broadcast(one: PartialShape, other: PartialShape) -> PartialShape:
    """Return the shape to which two broadcast."""
    rank = max(len(one), len(other))
    pairs = zip((1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other, strict=True)
    return tuple(b if a == 1 else a if b == 1 or a is not None else b for a, b in pairs)
