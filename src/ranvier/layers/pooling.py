"""Images made smaller: the largest or the mean of each window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ranvier.layers.base import CallContext, Layer
from ranvier.layers.shapes import (
    checked_data_format,
    checked_padding,
    checked_pair,
    image_shape,
    same_padding,
    windows_along,
    with_image_size,
)
from ranvier.types import Arrays, PartialShape


class Pooling2D(Layer):
    """What the poolings of this module share: windows over height and width.

    Args:
        pool_size: Height and width of a window.
        strides: Steps between two windows; ``pool_size`` when None.
        padding: ``"valid"``: windows lie inside; ``"same"``: one for each stride begun.
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a number is not positive, or a string unknown.
        ShapeError: If the inputs are no images, or smaller than a window.
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = (2, 2),
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size = checked_pair(pool_size, "pool_size")
        self.strides = self.pool_size if strides is None else checked_pair(strides, "strides")
        self.padding = checked_padding(padding)
        self.data_format = checked_data_format(data_format)

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the shape of the smaller images."""
        size, channels = image_shape(self.name, input_shape, self.data_format)
        windows = tuple(
            windows_along(self.name, extent, window, stride, self.padding)
            for extent, window, stride in zip(size, self.pool_size, self.strides, strict=True)
        )
        return with_image_size(input_shape, windows, channels, self.data_format)

    def _axes(self) -> tuple[int, int]:
        return (1, 2) if self.data_format == "channels_last" else (2, 3)

    def _pooled(self, inputs: Any, combine: Callable[[Any, Any], Any], neutral: float) -> Any:
        """Combine each window, its columns first, then its rows.

        Slices of the image stand for ``lax.reduce_window``, whose derivative (a scatter) takes 16 times
        as long on a CPU; taken axis by axis they are a sum of extents, not a product.
        """
        self.compute_output_shape(inputs.shape)
        outputs = inputs
        for axis, window, stride in reversed(
            list(zip(self._axes(), self.pool_size, self.strides, strict=True))
        ):
            if self.padding == "same":
                border = [(0, 0, 0)] * inputs.ndim
                border[axis] = (*same_padding(inputs.shape[axis], window, stride), 0)
                outputs = lax.pad(outputs, jnp.asarray(neutral, inputs.dtype), border)
            outputs = _combined_along(outputs, axis, window, stride, combine)
        return outputs


class MaxPooling2D(Pooling2D):
    """The largest number of each window, channel by channel; arguments as of :class:`Pooling2D`."""

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Take the largest."""
        del params, state, context
        return self._pooled(inputs, _larger, -np.inf), {}


class AveragePooling2D(Pooling2D):
    """The mean of each window, without the border; arguments as of :class:`Pooling2D`."""

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Take the mean."""
        del params, state, context
        sums = self._pooled(inputs, jnp.add, 0.0)
        if self.padding == "valid":
            return sums / (self.pool_size[0] * self.pool_size[1]), {}
        counts = np.ones((1,) * inputs.ndim, np.float32)
        for axis, window, stride in zip(self._axes(), self.pool_size, self.strides, strict=True):
            shape = [1] * inputs.ndim
            shape[axis] = -1
            counts = counts * _inside(inputs.shape[axis], window, stride).reshape(shape)
        return sums / jnp.asarray(counts, inputs.dtype), {}


class GlobalPooling2D(Layer):
    """What the global poolings share: one number for each channel.

    Args:
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        keepdims: Whether height and width stay, as sizes 1.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(data_format)
        self.keepdims = keepdims

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(batch, channels)``, or with sizes 1 for height and width."""
        _, channels = image_shape(self.name, input_shape, self.data_format)
        if self.keepdims:
            return with_image_size(input_shape, (1, 1), channels, self.data_format)
        return (input_shape[0], channels)

    def _axes(self, inputs: Any) -> tuple[int, int]:
        image_shape(self.name, inputs.shape, self.data_format)
        return (1, 2) if self.data_format == "channels_last" else (2, 3)


class GlobalAveragePooling2D(GlobalPooling2D):
    """The mean of each channel of an image; arguments as of :class:`GlobalPooling2D`."""

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Take the mean."""
        del params, state, context
        return jnp.mean(inputs, axis=self._axes(inputs), keepdims=self.keepdims), {}


class GlobalMaxPooling2D(GlobalPooling2D):
    """The largest number of each channel of an image; arguments as of :class:`GlobalPooling2D`."""

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Take the largest."""
        del params, state, context
        return jnp.max(inputs, axis=self._axes(inputs), keepdims=self.keepdims), {}


def _larger(first: Any, second: Any) -> Any:
    # Of equal numbers the first gets the whole gradient, as in a window reduction; NaN stays NaN.
    return jnp.where((first >= second) | (first != first), first, second)


def _combined_along(
    values: Any, axis: int, window: int, stride: int, combine: Callable[[Any, Any], Any]
) -> Any:
    windows = (values.shape[axis] - window) // stride + 1
    combined = None
    for offset in range(window):
        stop = offset + (windows - 1) * stride + 1
        each = lax.slice_in_dim(values, offset, stop, stride, axis)
        combined = each if combined is None else combine(combined, each)
    return combined


def _inside(size: int, window: int, stride: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Count, for each window along an axis, the positions that are not border."""
    before, _ = same_padding(size, window, stride)
    starts = np.arange(-(-size // stride)) * stride - before
    return (np.minimum(starts + window, size) - np.maximum(starts, 0)).astype(np.float32)


AvgPool2D = AveragePooling2D
MaxPool2D = MaxPooling2D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
