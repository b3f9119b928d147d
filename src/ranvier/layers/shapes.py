"""Questions about shapes that several layers ask, with one sentence for each wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.types import Array, PartialShape, Shape


def axis_size(name: str, shape: PartialShape, axis: int) -> int:
    """Return the known size along an axis.

    Args:
        name: The layer's name, for messages.
        shape: The shape of its inputs, batch first.
        axis: The axis; negative ones count from the end.

    Raises:
        ShapeError: If the shape has no such axis, or its size is unknown.
    """
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(
            f"The layer {name!r} needs inputs that have an axis {axis}; received shape: {tuple(shape)}."
        )
    size = shape[axis]
    if size is None:
        raise ShapeError(
            f"The layer {name!r} needs inputs whose size along axis {axis} is known; "
            f"received shape: {tuple(shape)}."
        )
    return size


def positive_axes(axis: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """Return axes in ascending order, counted from the front.

    Args:
        axis: One axis or several; negative ones count from the end.
        ndim: The number of axes there are.
    """
    return tuple(sorted(each % ndim for each in ((axis,) if isinstance(axis, int) else axis)))


def axis_sizes(name: str, shape: PartialShape, axis: int | tuple[int, ...]) -> Shape:
    """Return the known sizes along axes, in ascending order of the axes; see :func:`axis_size`."""
    for each in (axis,) if isinstance(axis, int) else axis:
        axis_size(name, shape, each)
    return tuple(axis_size(name, shape, each) for each in positive_axes(axis, len(shape)))


def along(weight: Array, axes: tuple[int, ...], inputs: Any) -> Any:
    """Give a weight the axes of the inputs, of size 1 where it has none, and single precision.

    Args:
        weight: An array with the sizes along ``axes``.
        axes: The axes, ascending.
        inputs: The array it will be combined with.
    """
    shape = [size if axis in axes else 1 for axis, size in enumerate(inputs.shape)]
    return jnp.asarray(weight, jnp.float32).reshape(shape)


def checked_pair(value: Any, name: str, minimum: int = 1) -> tuple[int, int]:
    """Return two integers, for height and width; one integer stands for both.

    Args:
        value: What the user gave.
        name: The argument's name, for messages.
        minimum: The smallest integer allowed.

    Raises:
        ConfigurationError: If it is neither an integer nor two, or one is too small.
    """
    value = plain_integers(value)
    pair = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value, value)
    whole = all(isinstance(each, int) and not isinstance(each, bool) and each >= minimum for each in pair)
    if len(pair) != 2 or not whole:
        raise ConfigurationError(
            f"`{name}` must be an integer of at least {minimum}, or two of them for height and width; "
            f"received: {value!r}."
        )
    return pair


def checked_data_format(data_format: str | None) -> str:
    """Return ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ConfigurationError: If it is neither; None stands for the first.
    """
    if data_format not in (None, "channels_last", "channels_first"):
        raise ConfigurationError(
            f"`data_format` must be 'channels_last' or 'channels_first'; received: {data_format!r}."
        )
    return data_format or "channels_last"


def checked_padding(padding: Any) -> str:
    """Return ``"valid"`` or ``"same"``.

    Raises:
        ConfigurationError: If it is neither.
    """
    lowered = padding.lower() if isinstance(padding, str) else padding
    if lowered not in ("valid", "same"):
        raise ConfigurationError(f"`padding` must be 'valid' or 'same'; received: {padding!r}.")
    return str(lowered)


def image_shape(name: str, shape: PartialShape, data_format: str) -> tuple[PartialShape, int | None]:
    """Split the shape of a batch of images.

    Args:
        name: The layer's name, for messages.
        shape: ``(batch, height, width, channels)``, or with the channels second.
        data_format: Which of the two.

    Returns:
        ``(height, width)`` and the number of channels.

    Raises:
        ShapeError: If the shape does not have four axes.
    """
    if len(shape) != 4:
        expected = "height, width, channels" if data_format == "channels_last" else "channels, height, width"
        raise ShapeError(
            f"The layer {name!r} needs images of shape (batch, {expected}); received shape: {tuple(shape)}. "
            "`Reshape` adds the axis of the channels to grey images."
        )
    if data_format == "channels_last":
        return shape[1:3], shape[3]
    return shape[2:4], shape[1]


def with_image_size(
    shape: PartialShape, size: PartialShape, channels: int | None, data_format: str
) -> PartialShape:
    """Put a shape of images together again; see :func:`image_shape`."""
    if data_format == "channels_last":
        return (shape[0], *size, channels)
    return (shape[0], channels, *size)


def windows_along(name: str, size: int | None, window: int, stride: int, padding: str) -> int | None:
    """Return how many windows fit along one axis, None where its size is unknown.

    Args:
        name: The layer's name, for messages.
        size: The size of the axis.
        window: The extent of a window, dilation included.
        stride: The steps between two windows.
        padding: ``"valid"``: windows lie inside; ``"same"``: one for each stride begun.

    Raises:
        ShapeError: If not even one fits.
    """
    if size is None:
        return None
    count = -(-size // stride) if padding == "same" else (size - window) // stride + 1
    if count < 1:
        raise ShapeError(
            f"The layer {name!r} has windows of {window} that do not fit into images of {size} with "
            f"padding='valid'; received size: {size}. Use smaller windows, or padding='same'."
        )
    return count


def same_padding(size: int, window: int, stride: int) -> tuple[int, int]:
    """Return what ``padding="same"`` adds before and after an axis; the odd one comes after."""
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2
