"""Convolution and pooling over one, two or three spatial axes."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.ops.dtypes import as_floats, limits
from ranvier.ops.operation import Tensor, operation

_FORMATS = ("channels_last", "channels_first")


def _channels_last(data_format: str | None) -> bool:
    if data_format is not None and data_format not in _FORMATS:
        raise ConfigurationError(
            f"`data_format` must be 'channels_last', 'channels_first' or None; received: {data_format!r}."
        )
    return data_format != "channels_first"


def _padding(padding: Any) -> str:
    if not isinstance(padding, str) or padding.lower() not in ("valid", "same"):
        raise ConfigurationError(f"`padding` must be 'valid' or 'same'; received: {padding!r}.")
    return padding.upper()


def _each(value: Any, count: int) -> tuple[int, ...]:
    """Give one number to every spatial axis."""
    values = (value,) * count if isinstance(value, int) else tuple(value)
    if len(values) != count:
        raise ShapeError(
            f"Expected one number or {count} of them, one for each spatial axis; received: {value!r}."
        )
    return values


def _numbers(rank: int, last: bool) -> jax.lax.ConvDimensionNumbers:
    spatial = tuple(range(1, rank - 1)) if last else tuple(range(2, rank))
    images = (0, rank - 1 if last else 1, *spatial)
    kernel = (rank - 1, rank - 2, *range(rank - 2))
    return jax.lax.ConvDimensionNumbers(lhs_spec=images, rhs_spec=kernel, out_spec=images)


def _convolved(
    inputs: Any, kernel: Any, strides: Any, padding: Any, last: bool, dilation: Any, groups: int
) -> Any:
    spatial = inputs.ndim - 2
    kernel = as_floats(kernel)
    result = jax.lax.conv_general_dilated(
        inputs.astype(kernel.dtype),
        kernel,
        _each(strides, spatial),
        _padding(padding),
        rhs_dilation=_each(dilation, spatial),
        dimension_numbers=_numbers(inputs.ndim, last),
        feature_group_count=groups,
    )
    if result.size == 0 and inputs.size:
        raise ShapeError(
            f"Nothing is left of inputs of shape {tuple(inputs.shape)} after a kernel of shape "
            f"{tuple(kernel.shape)}. Use padding='same', a smaller kernel or larger inputs."
        )
    return result


@operation
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """Convolution; the kernel has shape (*spatial, channels in, channels out)."""
    last = _channels_last(data_format)
    channels = inputs.shape[-1 if last else 1]
    if channels % kernel.shape[-2]:
        raise ShapeError(
            f"The channels of the inputs must be a multiple of those of the kernel; received: {channels} channels "
            f"and a kernel of shape {tuple(kernel.shape)}."
        )
    groups = channels // kernel.shape[-2]
    return _convolved(inputs, kernel, strides, padding, last, dilation_rate, groups)


@operation
def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """Convolution of each channel by itself; the kernel has shape (*spatial, channels, multiplier)."""
    last = _channels_last(data_format)
    channels = inputs.shape[-1 if last else 1]
    if channels != kernel.shape[-2]:
        raise ShapeError(
            f"The kernel must have the {channels} channels of the inputs; received shape {tuple(kernel.shape)}."
        )
    kernel = kernel.reshape(*kernel.shape[:-2], 1, channels * kernel.shape[-1])
    return _convolved(inputs, kernel, strides, padding, last, dilation_rate, channels)


@operation
def separable_conv(
    inputs: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """A depthwise convolution, then one over channels alone."""
    inner = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(inner, pointwise_kernel, 1, "valid", data_format, dilation_rate)


@operation
def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """The gradient of a convolution as an operation; the kernel has shape (*spatial, channels out, channels in)."""
    spatial, last = inputs.ndim - 2, _channels_last(data_format)
    steps, dilations = _each(strides, spatial), _each(dilation_rate, spatial)
    added = (None,) * spatial if output_padding is None else _each(output_padding, spatial)
    widths = [
        _transposed_padding((size - 1) * dilation + 1, step, _padding(padding), extra)
        for size, step, dilation, extra in zip(kernel.shape[:-2], steps, dilations, added, strict=True)
    ]
    return jax.lax.conv_transpose(
        as_floats(inputs),
        as_floats(kernel),
        steps,
        padding=widths,
        rhs_dilation=dilations,
        dimension_numbers=_numbers(inputs.ndim, last),
        transpose_kernel=True,
    )


def _transposed_padding(size: int, step: int, padding: str, extra: int | None) -> tuple[int, int]:
    """Return the zeros to put before and after the stretched inputs, for Keras' output sizes.

    Without ``extra`` the output has n * step entries for "same", (n - 1) * step + max(size, step)
    for "valid".
    """
    if padding == "VALID":
        return size - 1, size - 1 + (max(size, step) - size if extra is None else extra)
    total = step + size - 2 if extra is None else size + size % 2 - 2 + extra
    before = min((total + 1) // 2, size - 1)
    return before, total - before


def _window(value: Any, rank: int, last: bool) -> tuple[int, ...]:
    inner = _each(value, rank - 2)
    return (1, *inner, 1) if last else (1, 1, *inner)


@operation
def max_pool(
    inputs: Tensor,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The largest entry of each window; the windows lie side by side unless strides say otherwise."""
    last = _channels_last(data_format)
    window = _window(pool_size, inputs.ndim, last)
    steps = window if strides is None else _window(strides, inputs.ndim, last)
    lowest = -np.inf if jnp.issubdtype(inputs.dtype, jnp.floating) else limits(inputs.dtype)[0]
    return jax.lax.reduce_window(
        inputs, np.asarray(lowest, inputs.dtype), jax.lax.max, window, steps, _padding(padding)
    )


@operation
def average_pool(
    inputs: Tensor,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The mean of each window; padding is not counted."""
    last = _channels_last(data_format)
    inputs = as_floats(inputs)
    window = _window(pool_size, inputs.ndim, last)
    steps = window if strides is None else _window(strides, inputs.ndim, last)
    zero = np.asarray(0, inputs.dtype)
    mode = _padding(padding)
    sums = jax.lax.reduce_window(inputs, zero, jax.lax.add, window, steps, mode)
    if mode == "VALID":
        return sums / math.prod(window)
    shape = [size if width != 1 else 1 for size, width in zip(inputs.shape, window, strict=True)]
    counts = jax.lax.reduce_window(jnp.ones(shape, inputs.dtype), zero, jax.lax.add, window, steps, mode)
    return sums / counts


def _adaptive(inputs: Any, output_size: Any, data_format: str | None, reduce: Any) -> Any:
    """Reduce windows as equal as possible, axis by axis: from floor(i n / m) up to ceil((i + 1) n / m)."""
    last = _channels_last(data_format)
    for place, count in enumerate(_each(output_size, inputs.ndim - 2)):
        axis = place + (1 if last else 2)
        size = inputs.shape[axis]
        parts = [
            reduce(
                jax.lax.slice_in_dim(inputs, i * size // count, -(-(i + 1) * size // count), axis=axis),
                axis=axis,
                keepdims=True,
            )
            for i in range(count)
        ]
        inputs = jnp.concatenate(parts, axis)
    return inputs


@operation
def adaptive_average_pool(inputs: Tensor, output_size: Any, data_format: str | None = None) -> Tensor:
    """Means of as many windows as the output is to have."""
    return _adaptive(as_floats(inputs), output_size, data_format, jnp.mean)


@operation
def adaptive_max_pool(inputs: Tensor, output_size: Any, data_format: str | None = None) -> Tensor:
    """The largest entries of as many windows as the output is to have."""
    return _adaptive(inputs, output_size, data_format, jnp.max)
