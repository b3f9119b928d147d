"""Layers on images without weights."""

from __future__ import annotations

from typing import Any

from ranvier.exports.program import Tensor
from ranvier.exports.translation import Translation


def _axes(layer: Any) -> tuple[int, int]:
    return (1, 2) if layer.data_format == "channels_last" else (2, 3)


def _pooling(kind: str) -> Any:
    def rule(to: Translation, layer: Any, x: Tensor) -> Tensor:
        return to.build.step(
            kind,
            [x],
            layer.compute_output_shape(x.shape),
            x.dtype,
            axes=_axes(layer),
            sizes=layer.pool_size,
            strides=layer.strides,
            padding=layer.padding,
        )

    return rule


max_pooling = _pooling("max_pooling")
average_pooling = _pooling("average_pooling")


def global_average_pooling(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """The mean of each channel."""
    return to.build.reduce("mean", x, _axes(layer), keep=layer.keepdims)


def global_max_pooling(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """The largest number of each channel."""
    return to.build.reduce("max", x, _axes(layer), keep=layer.keepdims)


def zero_padding(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """A border of zeros."""
    widths = [(0, 0)] * 4
    for axis, side in zip(_axes(layer), layer.padding, strict=True):
        widths[axis] = side
    return to.build.pad(x, widths)


def up_sampling(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Images enlarged by whole factors."""
    return to.build.step(
        "enlarge",
        [x],
        layer.compute_output_shape(x.shape),
        x.dtype,
        axes=_axes(layer),
        factors=layer.size,
        bilinear=layer.interpolation == "bilinear",
    )
