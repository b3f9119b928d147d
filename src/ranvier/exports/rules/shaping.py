"""Layers that only rearrange."""

from __future__ import annotations

import math
from typing import Any

from ranvier.exports.program import Tensor
from ranvier.exports.translation import Translation


def flatten(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """All axes but the batch joined."""
    if layer.data_format == "channels_first" and x.ndim > 2:
        x = to.build.transpose(x, (0, *range(2, x.ndim), 1))
    rest = x.shape[1:]
    joined = None if None in rest else math.prod(size for size in rest if size is not None)
    return to.build.reshape(x, (x.shape[0], joined))


def reshape(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """The numbers of each example in another shape."""
    return to.build.reshape(x, layer.compute_output_shape(x.shape))


def permute(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """The axes of each example in another order."""
    return to.build.transpose(x, (0, *layer.dims))


def repeat_vector(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each example repeated."""
    return to.build.expand(to.build.expand_axes(x, [1]), (x.shape[0], layer.n, x.shape[1]), x)
