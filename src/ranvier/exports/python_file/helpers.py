"""Functions that an exported Python file contains where it needs them; NumPy is all they use.

Their text is copied into the file, so each must be readable by itself and may call only others of
this module, which :data:`NEEDS` names.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any
"""An array; in the file its name is that of NumPy."""


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.exp(-np.logaddexp(np.asarray(0, x.dtype), -x))


def softplus(x: Array) -> Array:
    """Return log(1 + exp(x)) without overflow."""
    return np.logaddexp(x, np.asarray(0, x.dtype))


def elu(x: Array, alpha: float) -> Array:
    """Return x where positive, alpha * (exp(x) - 1) elsewhere."""
    return np.where(x > 0, x, np.asarray(alpha, x.dtype) * np.expm1(np.minimum(x, 0)))


def erf(x: Array) -> Array:
    """Return the error function of each number."""
    return np.vectorize(math.erf, otypes=[x.dtype])(x)


def softmax(x: Array, axis: int) -> Array:
    """Return positive numbers that sum to 1 along an axis, in the proportions of exp(x)."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def log_softmax(x: Array, axis: int) -> Array:
    """Return the logarithm of the softmax."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def batch_normalization(
    x: Array, mean: Array, variance: Array, scale: Array, offset: Array, axis: int, epsilon: float
) -> Array:
    """Return the numbers of each feature with the mean and variance of the training taken out."""
    shape = [-1 if each == axis else 1 for each in range(x.ndim)]
    factor = scale / np.sqrt(variance + np.asarray(epsilon, x.dtype))
    return (x - mean.reshape(shape)) * factor.reshape(shape) + offset.reshape(shape)


def layer_normalization(x: Array, scale: Array, offset: Array, first_axis: int, epsilon: float) -> Array:
    """Return each example with mean 0 and variance 1 over the axes from the first one on, scaled and moved."""
    axes = tuple(range(first_axis, x.ndim))
    deviations = x - x.mean(axis=axes, keepdims=True)
    variance = np.square(deviations).mean(axis=axes, keepdims=True)
    return deviations / np.sqrt(variance + np.asarray(epsilon, x.dtype)) * scale + offset


def borders(size: int, window: int, stride: int) -> tuple[int, int]:
    """Return what padding "same" adds before and after an axis."""
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def padded(x: Array, axes: Any, windows: Any, strides: Any, padding: Any, value: float) -> Array:
    """Return images with the border that the padding asks for: "valid", "same", or pairs of widths."""
    widths = [(0, 0)] * x.ndim
    for position, axis in enumerate(axes):
        if padding == "same":
            widths[axis] = borders(x.shape[axis], windows[position], strides[position])
        elif padding != "valid":
            widths[axis] = padding[position]
    return np.pad(x, widths, constant_values=value) if any(map(any, widths)) else x


def convolution(
    x: Array,
    kernel: Array,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: int,
    channels_first: bool,
    bias: Any = 0,
) -> Array:
    """Return the convolution of images with a kernel of shape (height, width, inputs per group, filters)."""
    x = np.moveaxis(x, 1, -1) if channels_first else x
    places = range(kernel.ndim - 2)
    axes = [axis + 1 for axis in places]
    windows = [(kernel.shape[axis] - 1) * dilation[axis] + 1 for axis in places]
    x = padded(x, axes, windows, strides, padding, 0.0)
    sizes = [(x.shape[axis + 1] - windows[axis]) // strides[axis] + 1 for axis in places]
    inputs, filters = kernel.shape[-2], kernel.shape[-1] // groups
    y = np.zeros((x.shape[0], *sizes, kernel.shape[-1]), x.dtype)
    for offset in np.ndindex(*kernel.shape[:-2]):
        starts = [offset[axis] * dilation[axis] for axis in places]
        part = x[
            (slice(None), *(slice(starts[a], starts[a] + strides[a] * sizes[a], strides[a]) for a in places))
        ]
        for group in range(groups):
            chosen = slice(group * filters, (group + 1) * filters)
            y[..., chosen] += part[..., group * inputs : (group + 1) * inputs] @ kernel[offset][:, chosen]
    y += bias
    return np.moveaxis(y, -1, 1) if channels_first else y


def windows_of(x: Array, axes: Any, sizes: Any, strides: Any) -> Array:
    """Return a view of all windows along some axes; the axes within a window come last."""
    view = np.lib.stride_tricks.sliding_window_view(x, tuple(sizes), axis=tuple(axes))
    steps = [slice(None)] * x.ndim
    for axis, stride in zip(axes, strides, strict=True):
        steps[axis] = slice(None, None, stride)
    return view[tuple(steps)]


def max_pooling(x: Array, axes: Any, sizes: Any, strides: Any, padding: Any) -> Array:
    """Return the largest number of each window."""
    x = padded(x, axes, sizes, strides, padding, -np.inf)
    return windows_of(x, axes, sizes, strides).max(axis=tuple(range(-len(axes), 0)))


def average_pooling(x: Array, axes: Any, sizes: Any, strides: Any, padding: Any) -> Array:
    """Return the mean of each window, its border left out."""
    inside = padded(np.ones_like(x[:1]), axes, sizes, strides, padding, 0.0)
    x = padded(x, axes, sizes, strides, padding, 0.0)
    last = tuple(range(-len(axes), 0))
    counts = windows_of(inside, axes, sizes, strides).sum(axis=last)
    return windows_of(x, axes, sizes, strides).sum(axis=last) / counts


def enlarged(x: Array, axes: Any, factors: Any, bilinear: bool) -> Array:
    """Return images enlarged by whole factors: pixels repeated, or interpolated between their centres."""
    for axis, factor in zip(axes, factors, strict=True):
        if not bilinear:
            x = np.repeat(x, factor, axis=axis)
            continue
        size = x.shape[axis]
        places = np.clip((np.arange(size * factor) + 0.5) / factor - 0.5, 0, size - 1)
        low = np.floor(places).astype(int)
        share = (places - low).astype(x.dtype).reshape([-1 if each == axis else 1 for each in range(x.ndim)])
        high = np.minimum(low + 1, size - 1)
        x = x.take(low, axis=axis) * (1 - share) + x.take(high, axis=axis) * share
    return x


def largest_places(x: Array, axis: int, count: int) -> Array:
    """Return where along an axis the largest numbers stand, the largest first, the first of equal ones first."""
    return np.argsort(-x, axis=axis, kind="stable").take(range(count), axis=axis)


def largest(x: Array, axis: int, count: int) -> Array:
    """Return the largest numbers along an axis, the largest first."""
    return np.take_along_axis(x, largest_places(x, axis, count), axis=axis)


NEEDS = {
    "padded": ("borders",),
    "convolution": ("padded",),
    "largest": ("largest_places",),
    "max_pooling": ("padded", "windows_of"),
    "average_pooling": ("padded", "windows_of"),
    "columns_of": ("plain",),
    "date_column": ("seconds_of",),
    "number_column": ("number_of",),
    "read_columns": ("read_value",),
    "read_value": ("number_of", "refused"),
    "number_of": ("seconds_of",),
    "text_column": ("text_of",),
}
"""Which helpers each helper calls."""
