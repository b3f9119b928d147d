"""Images made larger: a border of zeros, repeated pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.shapes import checked_data_format, checked_pair, image_shape, with_image_size
from ranvier.types import Arrays, PartialShape


class ZeroPadding2D(Layer):
    """Images with a border of zeros.

    Args:
        padding: The width of the border; two numbers for height and width; or two pairs,
            ``((top, bottom), (left, right))``.
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a width is negative or no integer.
    """

    keeps_dtype = True

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sides = (padding, padding) if isinstance(padding, int) else padding
        if not isinstance(sides, Sequence) or isinstance(sides, str) or len(sides) != 2:
            raise ConfigurationError(
                f"`padding` must be an integer, two integers or two pairs of integers; received: {padding!r}."
            )
        self.padding = tuple(checked_pair(side, "padding", minimum=0) for side in sides)
        self.data_format = checked_data_format(data_format)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Add the border."""
        del params, state, context
        image_shape(self.name, inputs.shape, self.data_format)
        none = (0, 0)
        last = self.data_format == "channels_last"
        return jnp.pad(inputs, (none, *self.padding, none) if last else (none, none, *self.padding)), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the shape of the larger images."""
        size, channels = image_shape(self.name, input_shape, self.data_format)
        larger = tuple(
            None if extent is None else extent + sum(side)
            for extent, side in zip(size, self.padding, strict=True)
        )
        return with_image_size(input_shape, larger, channels, self.data_format)


class UpSampling2D(Layer):
    """Images enlarged by whole factors.

    Args:
        size: The factors for height and width.
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        interpolation: ``"nearest"`` repeats pixels; ``"bilinear"`` interpolates between them.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``interpolation`` is another, or a factor is no positive integer.
    """

    def __init__(
        self,
        size: int | Sequence[int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if interpolation not in ("nearest", "bilinear"):
            raise ConfigurationError(
                f"`interpolation` must be 'nearest' or 'bilinear'; received: {interpolation!r}."
            )
        self.size = checked_pair(size, "size")
        self.data_format = checked_data_format(data_format)
        self.interpolation = interpolation

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Enlarge."""
        del params, state, context
        shape = self.compute_output_shape(inputs.shape)
        if self.interpolation == "bilinear":
            return jax.image.resize(inputs, shape, "bilinear"), {}
        first = 1 if self.data_format == "channels_last" else 2
        rows = jnp.repeat(inputs, self.size[0], axis=first)
        return jnp.repeat(rows, self.size[1], axis=first + 1), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the shape of the larger images."""
        size, channels = image_shape(self.name, input_shape, self.data_format)
        larger = tuple(
            None if extent is None else extent * factor
            for extent, factor in zip(size, self.size, strict=True)
        )
        return with_image_size(input_shape, larger, channels, self.data_format)
