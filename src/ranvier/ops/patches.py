"""Blocks cut out of images and signals, and put back; attention."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError
from ranvier.ops.dtypes import as_floats
from ranvier.ops.linear_algebra import extract_sequences, irfft, rfft
from ranvier.ops.operation import Tensor, operation


def _two(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _places(sizes: tuple[int, int], kernel: Any, dilation: Any, padding: Any, stride: Any) -> list[jax.Array]:
    """Return, for each spatial axis, the padded places of every block, shape (blocks, kernel)."""
    options = zip(sizes, _two(kernel), _two(dilation), _two(padding), _two(stride), strict=True)
    places = []
    for size, width, spread, margin, step in options:
        starts = jnp.arange(0, size + 2 * margin - spread * (width - 1), step)
        places.append(starts[:, None] + spread * jnp.arange(width)[None, :])
    return places


@operation
def unfold(x: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """Blocks of images (n, channels, height, width) as columns (n, channels * block, number of blocks)."""
    vertical, horizontal = _two(padding)
    rows, columns = _places(x.shape[2:], kernel_size, dilation, padding, stride)
    padded = jnp.pad(x, ((0, 0), (0, 0), (vertical, vertical), (horizontal, horizontal)))
    blocks = padded[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return blocks.transpose(0, 1, 4, 5, 2, 3).reshape(x.shape[0], -1, len(rows) * len(columns))


@operation
def fold(
    x: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Columns of blocks put back into images, overlaps added."""
    height, width = _two(output_size)
    vertical, horizontal = _two(padding)
    rows, columns = _places((height, width), kernel_size, dilation, padding, stride)
    tall, wide = _two(kernel_size)
    blocks = x.reshape(x.shape[0], -1, tall, wide, len(rows), len(columns)).transpose(0, 1, 4, 5, 2, 3)
    image = jnp.zeros((*blocks.shape[:2], height + 2 * vertical, width + 2 * horizontal), x.dtype)
    image = image.at[:, :, rows[:, None, :, None], columns[None, :, None, :]].add(blocks)
    return image[:, :, vertical : vertical + height, horizontal : horizontal + width]


@operation
def depth_to_space(x: Tensor, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Channels laid out as blocks of pixels."""
    if data_format == "channels_first":
        last = depth_to_space(_channels_last(x, block_size), block_size)
        return last.transpose(0, 3, 1, 2)
    count, height, width, channels = x.shape
    blocks = x.reshape(count, height, width, block_size, block_size, channels // block_size**2)
    return blocks.transpose(0, 1, 3, 2, 4, 5).reshape(
        count, height * block_size, width * block_size, channels // block_size**2
    )


def _channels_last(x: jax.Array, block_size: int) -> Tensor:
    # With the channels first, they count slowest: channel, row, column of the block.
    count, channels, height, width = x.shape
    split = x.reshape(count, channels // block_size**2, block_size**2, height, width)
    return split.transpose(0, 3, 4, 2, 1).reshape(count, height, width, channels)


@operation
def space_to_depth(x: Tensor, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Blocks of pixels laid out as channels."""
    if data_format == "channels_first":
        count, channels, height, width = x.shape
        tall, wide = height // block_size, width // block_size
        blocks = x.reshape(count, channels, tall, block_size, wide, block_size).transpose(0, 1, 3, 5, 2, 4)
        return blocks.reshape(count, channels * block_size**2, tall, wide)
    count, height, width, channels = x.shape
    tall, wide = height // block_size, width // block_size
    blocks = x.reshape(count, tall, block_size, wide, block_size, channels).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(count, tall, wide, channels * block_size**2)


@operation
def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor = None,
    mask: Tensor = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """Values weighted by the softmax of queries times keys; arrays of shape (n, time, heads, size)."""
    if flash_attention or attn_logits_soft_cap is not None:
        raise UnsupportedError(
            "`flash_attention` and `attn_logits_soft_cap` are not offered; leave them out."
        )
    if any(each.ndim != 4 for each in (query, key, value)):
        raise ShapeError(
            "`query`, `key` and `value` must have shape (n, time, heads, size); "
            f"received shapes {query.shape}, {key.shape} and {value.shape}."
        )
    return jax.nn.dot_product_attention(
        query,
        key,
        value,
        bias,
        None if mask is None else mask.astype(jnp.bool_),
        scale=scale,
        is_causal=is_causal,
    )


def _window(window: Any, length: int, fft_length: int, dtype: Any) -> Tensor:
    """Return the window, zeros put round it up to the length of the transform."""
    if fft_length < length:
        raise ConfigurationError(
            f"`fft_length` must be at least {length}, the sequence's; received: {fft_length}."
        )
    if window is None:
        return jnp.ones(fft_length, dtype)
    turns = jnp.cos(2.0 * jnp.pi * jnp.arange(length) / length)
    named = {"hann": 0.5 - 0.5 * turns, "hamming": 0.54 - 0.46 * turns}
    if isinstance(window, str) and window not in named:
        raise ConfigurationError(
            f"`window` must be 'hann', 'hamming', None or an array; received: {window!r}."
        )
    values = named[window] if isinstance(window, str) else jnp.asarray(window)
    if values.shape != (length,):
        raise ShapeError(f"`window` must have shape ({length},); received shape {values.shape}.")
    before = (fft_length - length) // 2
    return jnp.pad(values.astype(dtype), (before, fft_length - length - before))


@operation
def stft(
    x: Tensor,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """Fourier transforms of windows of a signal: real and imaginary part."""
    x = as_floats(x)
    shape = _window(window, sequence_length, fft_length, x.dtype)
    if center:
        x = jnp.pad(x, [*[(0, 0)] * (x.ndim - 1), (fft_length // 2, fft_length // 2)], mode="reflect")
    frames = extract_sequences(x, fft_length, sequence_stride) * shape
    return rfft(frames, fft_length)


@operation
def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """Inverse of ``stft``: the frames added where they overlap, divided by the sum of squared windows."""
    frames = irfft(x, fft_length)
    shape = _window(window, sequence_length, fft_length, frames.dtype)
    count = frames.shape[-2]
    total = fft_length + sequence_stride * (count - 1)
    places = (jnp.arange(count) * sequence_stride)[:, None] + jnp.arange(fft_length)[None, :]
    signal = jnp.zeros((*frames.shape[:-2], total), frames.dtype).at[..., places].add(frames * shape)
    weights = jnp.zeros(total, frames.dtype).at[places].add(jnp.broadcast_to(shape**2, places.shape))
    signal = jnp.where(weights > 1e-10, signal / jnp.where(weights > 1e-10, weights, 1.0), signal)
    start = fft_length // 2 if center else 0
    end = start + length if length is not None else (total - fft_length // 2 if center else total)
    return signal[..., start:end]
