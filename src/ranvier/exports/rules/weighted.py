"""Layers with a kernel."""

from __future__ import annotations

from typing import Any

from ranvier.exports.program import Tensor
from ranvier.exports.rules.applied import activated
from ranvier.exports.translation import Translation
from ranvier.layers.shapes import image_shape, windows_along, with_image_size


def dense(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """f(x W + b)."""
    outputs = to.build.linear(x, to.kernel(layer), to.parameter(layer, "bias"))
    return activated(to, layer.activation, outputs)


def convolution(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Convolution of images."""
    build = to.build
    size, _ = image_shape(layer.name, x.shape, layer.data_format)
    places = tuple(
        windows_along(layer.name, extent, (window - 1) * dilation + 1, stride, layer.padding)
        for extent, window, stride, dilation in zip(
            size, layer.kernel_size, layer.strides, layer.dilation_rate, strict=True
        )
    )
    bias = to.parameter(layer, "bias")
    outputs = build.step(
        "convolution",
        [x, to.kernel(layer), *([] if bias is None else [bias])],
        with_image_size(x.shape, places, layer.filters, layer.data_format),
        x.dtype,
        strides=layer.strides,
        padding=layer.padding,
        dilation=layer.dilation_rate,
        groups=layer.groups,
        channels_first=layer.data_format == "channels_first",
    )
    return activated(to, layer.activation, outputs)
