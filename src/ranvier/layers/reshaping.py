"""Layers that only rearrange: Flatten, Reshape, Permute, RepeatVector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.shapes import checked_data_format
from ranvier.types import Arrays, PartialShape


class Flatten(Layer):
    """All axes but the batch joined to one: (batch, a, b) becomes (batch, a * b).

    Args:
        data_format: ``"channels_last"`` (the default) keeps the order of the axes;
            ``"channels_first"`` moves the channels to the end before joining.
        **kwargs: ``name``, ``dtype``, ``input_shape``; see :class:`~ranvier.layers.Layer`.
    """

    keeps_dtype = True

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(data_format)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Join the axes."""
        del params, state, context
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = jnp.moveaxis(inputs, 1, -1)
        return jnp.reshape(inputs, (inputs.shape[0], math.prod(inputs.shape[1:]))), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(batch, product of the other sizes)``, None where one is unknown."""
        rest = input_shape[1:]
        return (
            input_shape[0],
            None if None in rest else math.prod(size for size in rest if size is not None),
        )


class Reshape(Layer):
    """The numbers of each example in another shape.

    Args:
        target_shape: The shape without the batch; one size may be -1 and follows from the others.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If more than one size is -1.
    """

    keeps_dtype = True

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        shape = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        if sum(size == -1 for size in shape) > 1 or any(size < -1 for size in shape):
            raise ConfigurationError(
                f"`target_shape` takes sizes of at least 0, one of which may be -1; received: {shape}."
            )
        self.target_shape = shape

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Arrange the numbers anew, in row-major order."""
        del params, state, context
        return jnp.reshape(inputs, (inputs.shape[0], *self._resolved(inputs.shape[1:]))), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(batch, *target_shape)``."""
        if None in input_shape[1:]:
            return (input_shape[0], *(None if size == -1 else size for size in self.target_shape))
        return (input_shape[0], *self._resolved(input_shape[1:]))

    def _resolved(self, shape: PartialShape) -> tuple[int, ...]:
        count = math.prod(size for size in shape if size is not None)
        known = math.prod(size for size in self.target_shape if size != -1)
        guessed = count // known if known else 0
        target = tuple(guessed if size == -1 else size for size in self.target_shape)
        if math.prod(target) != count:
            raise ShapeError(
                f"The layer {self.name!r} needs inputs with {known} numbers an example (or a multiple, where one "
                f"size is -1) for its target shape {self.target_shape}; received shape: {tuple(shape)} with {count}."
            )
        return target


class Permute(Layer):
    """The axes of each example in another order.

    Args:
        dims: The new order, counted from 1; the batch stays first.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``dims`` is not an order of 1, 2, 3, ...
    """

    keeps_dtype = True

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ConfigurationError(f"`dims` must hold each of 1 to its length once; received: {self.dims}.")

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Reorder the axes."""
        del params, state, context
        return jnp.transpose(inputs, (0, *self.dims)), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the sizes in their new order."""
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))


class RepeatVector(Layer):
    """Each example repeated: (batch, features) becomes (batch, n, features).

    Args:
        n: How often, at least 1.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``n`` is not a positive integer.
    """

    keeps_dtype = True

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        n = plain_integers(n)
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ConfigurationError(f"`n` must be a positive integer; received: {n!r}.")
        self.n = n

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Repeat."""
        del params, state, context
        if inputs.ndim != 2:
            raise ShapeError(
                f"The layer {self.name!r} needs inputs of shape (batch, features); received: {inputs.shape}."
            )
        return jnp.repeat(inputs[:, None, :], self.n, axis=1), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(batch, n, features)``."""
        return (input_shape[0], self.n, *input_shape[1:])
