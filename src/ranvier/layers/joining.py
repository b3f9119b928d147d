"""Several inputs joined along an axis, or multiplied and summed along one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext
from ranvier.layers.merging import Merge, common_batch
from ranvier.types import Arrays, PartialShape


class Concatenate(Merge):
    """The inputs side by side along an axis.

    Args:
        axis: The axis, not that of the batch.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``axis`` is no integer.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axis = plain_integers(axis)
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise ConfigurationError(f"`axis` must be an integer; received: {axis!r}.")
        self.axis = axis

    def combine(self, inputs: list[Any]) -> Any:
        """Join."""
        return jnp.concatenate(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape: Any) -> PartialShape:
        """Return the common shape, with the sum of the sizes along the axis.

        Raises:
            ShapeError: If the other sizes differ.
        """
        shapes = self._listed(input_shape)
        rank = len(shapes[0])
        fits = (
            all(len(shape) == rank for shape in shapes)
            and -rank <= self.axis < rank
            and self.axis % rank != 0
        )
        merged: list[int | None] = []
        if fits:
            axis = self.axis % rank
            for position, column in enumerate(zip(*shapes, strict=True)):
                known = {size for size in column if size is not None}
                if position == axis:
                    merged.append(None if None in column else sum(column))
                else:
                    fits = fits and len(known) <= 1
                    merged.append(next(iter(known), None))
        if not fits:
            raise ShapeError(
                f"The layer {self.name!r} joins inputs whose shapes are equal but for axis {self.axis}, which is "
                f"not that of the batch; received shapes: {[tuple(shape) for shape in shapes]}."
            )
        return tuple(merged)


class Dot(Merge):
    """The products of two inputs summed along an axis of each, example by example.

    Args:
        axes: The axis to sum along, or one for each input; not that of the batch.
        normalize: Whether the inputs are divided by their lengths first (cosine similarity).
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``axes`` is neither an integer nor two.
    """

    keeps_dtype = False
    inputs_allowed = 2

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axes = plain_integers(axes)
        pair = (axes, axes) if isinstance(axes, int) else tuple(axes) if isinstance(axes, Sequence) else ()
        if len(pair) != 2 or not all(isinstance(axis, int) and not isinstance(axis, bool) for axis in pair):
            raise ConfigurationError(f"`axes` must be an integer or two integers; received: {axes!r}.")
        if 0 in pair:
            raise ConfigurationError(f"`axes` must not be that of the batch, 0; received: {axes!r}.")
        self.axes = axes if isinstance(axes, int) else list(axes)
        self.normalize = normalize

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Multiply and sum."""
        del params, state, context
        first, second = self._listed(inputs)
        self.compute_output_shape([first.shape, second.shape])
        one, other = self._axes(first.ndim, second.ndim)
        if self.normalize:
            first, second = _unit(first, one), _unit(second, other)
        outputs = lax.dot_general(first, second, (((one,), (other,)), ((0,), (0,))))
        return (outputs[:, None] if outputs.ndim == 1 else outputs), {}

    def compute_output_shape(self, input_shape: Any) -> PartialShape:
        """Return the batch, the rest of the first shape, the rest of the second; at least two axes.

        Raises:
            ShapeError: If the sizes along the axes differ.
        """
        first, second = self._listed(input_shape)
        batch = common_batch(self.name, [first, second])
        one, other = self._axes(len(first), len(second))
        inside = one < len(first) and other < len(second)
        if not inside or (None not in (first[one], second[other]) and first[one] != second[other]):
            raise ShapeError(
                f"The layer {self.name!r} needs inputs of equal sizes along its axes {self.axes}; "
                f"received shapes: {tuple(first)} and {tuple(second)}."
            )
        rest = [
            size
            for shape, axis in ((first, one), (second, other))
            for position, size in enumerate(shape)
            if position not in (0, axis)
        ]
        return (batch, *(rest or [1]))

    def _axes(self, first_rank: int, second_rank: int) -> tuple[int, int]:
        one, other = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return (one + first_rank if one < 0 else one), (other + second_rank if other < 0 else other)


def _unit(values: Any, axis: int) -> Any:
    squares = jnp.sum(jnp.square(values), axis=axis, keepdims=True)
    return values * lax.rsqrt(jnp.maximum(squares, 1e-24))


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """Return a list of arrays or symbolic tensors side by side; see :class:`Concatenate`."""
    return Concatenate(axis=axis, **kwargs)(list(inputs))


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """Return the products of two arrays or symbolic tensors summed along axes; see :class:`Dot`."""
    return Dot(axes=axes, **kwargs)(list(inputs))
