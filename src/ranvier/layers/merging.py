"""Several inputs combined element by element."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, ClassVar

import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.types import Arrays, PartialShape


class Merge(Layer):
    """What the layers of this module share: a list of inputs, broadcast against one another.

    Inputs of fewer axes get axes of size 1 behind the batch, as in Keras.

    Args:
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    keeps_dtype = True
    inputs_allowed: ClassVar[int | None] = None
    """How many inputs the layer takes; None: any number from one."""

    def combine(self, inputs: list[Any]) -> Any:
        """Combine arrays of one dtype and equally many axes."""
        raise NotImplementedError

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Combine the inputs."""
        del params, state, context
        self.compute_output_shape([each.shape for each in self._listed(inputs)])
        return self.combine(aligned(inputs)), {}

    def compute_output_shape(self, input_shape: Any) -> PartialShape:
        """Return the shape that all inputs broadcast to.

        Raises:
            ShapeError: If they do not.
        """
        shapes = self._listed(input_shape)
        batch = common_batch(self.name, shapes)
        rank = max(len(shape) for shape in shapes) - 1
        sizes: list[int | None] = []
        for column in zip(
            *((1,) * (rank - len(shape) + 1) + tuple(shape[1:]) for shape in shapes), strict=True
        ):
            wide = {size for size in column if size != 1}
            known = wide - {None}
            if len(known) > 1:
                raise ShapeError(
                    f"The layer {self.name!r} combines inputs of equal shapes, or of sizes 1 where they differ; "
                    f"received shapes: {[tuple(shape) for shape in shapes]}."
                )
            sizes.append(None if None in wide else next(iter(wide), 1))
        return (batch, *sizes)

    def _listed(self, inputs: Any) -> list[Any]:
        several = isinstance(inputs, list | tuple) and bool(inputs) and hasattr(inputs[0], "__len__")
        count = len(inputs) if several else 1
        if not several or (self.inputs_allowed is not None and count != self.inputs_allowed):
            wanted = (
                "a list of inputs"
                if self.inputs_allowed is None
                else f"a list of {self.inputs_allowed} inputs"
            )
            received = f"{count} inputs" if several else f"{type(inputs).__name__}, not a list of inputs"
            raise ShapeError(f"The layer {self.name!r} takes {wanted}; received: {received}.")
        return list(inputs)


class Add(Merge):
    """The sum of the inputs."""

    def combine(self, inputs: list[Any]) -> Any:
        """Add."""
        return functools.reduce(jnp.add, inputs)


class Subtract(Merge):
    """The first of two inputs minus the second."""

    inputs_allowed = 2

    def combine(self, inputs: list[Any]) -> Any:
        """Subtract."""
        return inputs[0] - inputs[1]


class Multiply(Merge):
    """The product of the inputs."""

    def combine(self, inputs: list[Any]) -> Any:
        """Multiply."""
        return functools.reduce(jnp.multiply, inputs)


class Average(Merge):
    """The mean of the inputs."""

    keeps_dtype = False

    def combine(self, inputs: list[Any]) -> Any:
        """Add and divide by their number."""
        return functools.reduce(jnp.add, inputs) / len(inputs)


class Maximum(Merge):
    """The largest of the inputs at each position."""

    def combine(self, inputs: list[Any]) -> Any:
        """Compare."""
        return functools.reduce(jnp.maximum, inputs)


class Minimum(Merge):
    """The smallest of the inputs at each position."""

    def combine(self, inputs: list[Any]) -> Any:
        """Compare."""
        return functools.reduce(jnp.minimum, inputs)


def aligned(inputs: Sequence[Any]) -> list[Any]:
    """Give arrays one dtype and equally many axes; new axes stand behind the batch.

    Args:
        inputs: Arrays, batch first.
    """
    kind = functools.reduce(jnp.promote_types, [each.dtype for each in inputs])
    rank = max(each.ndim for each in inputs)
    return [
        each.astype(kind).reshape(each.shape[0], *[1] * (rank - each.ndim), *each.shape[1:])
        for each in inputs
    ]


def common_batch(name: str, shapes: Sequence[PartialShape]) -> int | None:
    """Return the number of rows of all inputs of a layer, None where none is known.

    Args:
        name: The layer's name, for messages.
        shapes: The shapes of its inputs, batch first.

    Raises:
        ShapeError: If two inputs have different numbers of rows.
    """
    known = {shape[0] for shape in shapes} - {None}
    if len(known) > 1:
        raise ShapeError(
            f"The inputs of the layer {name!r} must have equally many rows; "
            f"received shapes: {[tuple(shape) for shape in shapes]}."
        )
    return next(iter(known), None)


def add(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the sum of a list of arrays or symbolic tensors; see :class:`Add`."""
    return Add(**kwargs)(list(inputs))


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the first of two arrays or symbolic tensors minus the second; see :class:`Subtract`."""
    return Subtract(**kwargs)(list(inputs))


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the product of a list of arrays or symbolic tensors; see :class:`Multiply`."""
    return Multiply(**kwargs)(list(inputs))


def average(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the mean of a list of arrays or symbolic tensors; see :class:`Average`."""
    return Average(**kwargs)(list(inputs))


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the largest of a list of arrays or symbolic tensors; see :class:`Maximum`."""
    return Maximum(**kwargs)(list(inputs))


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the smallest of a list of arrays or symbolic tensors; see :class:`Minimum`."""
    return Minimum(**kwargs)(list(inputs))
