"""Tensors while a trace is read: broadcasting is put off until something needs the whole array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ranvier.errors import UnsupportedError
from ranvier.exports.builder import Builder
from ranvier.exports.program import Tensor
from ranvier.types import PartialShape


def shape_of(shape: Sequence[Any]) -> PartialShape:
    """Return the engine's shape with None for sizes that are not known."""
    return tuple(size if isinstance(size, int) else None for size in shape)


class Reading:
    """What the rules for the engine's operations work with.

    Args:
        build: Where the steps go.
        inputs: Tensors that have the rows in front.
        subject: What is read, for messages.
    """

    def __init__(self, build: Builder, inputs: Sequence[Tensor], subject: str) -> None:
        self.build = build
        self.subject = subject
        self._inputs = inputs

    def full(self, x: Tensor, aval: Any) -> Tensor:
        """Return a tensor with the whole shape that the engine gives it."""
        shape = shape_of(aval.shape)
        if x.shape == shape:
            return x
        if any(size is None and x.shape[axis] == 1 for axis, size in enumerate(shape)):
            return self.build.expand(x, shape, self.rows())
        return self.build.expand(x, shape, x)

    def rows(self) -> Tensor:
        """Return a tensor that has the rows in front."""
        found = next((each for each in self._inputs if each.shape[:1] == (None,)), None)
        if found is None:
            raise self.unsupported("it makes an array whose size is not known")
        return found

    def operands(self, equation: Any, operands: Sequence[Tensor]) -> list[Tensor]:
        """Return the operands of an equation in their whole shapes."""
        return [self.full(each, atom.aval) for each, atom in zip(operands, equation.invars, strict=True)]

    def unsupported(self, reason: str) -> UnsupportedError:
        """Build the error for what no file can hold."""
        subject = f"{self.subject[0].upper()}{self.subject[1:]}"
        return UnsupportedError(f"{subject} cannot be exported: {reason}. Export the model without it.")
