"""Layers that normalize by means and variances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.exports.builder import Builder
from ranvier.exports.program import Tensor
from ranvier.exports.translation import Translation
from ranvier.layers.shapes import positive_axes


def batch_normalization(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Features normalized by the running averages of the training."""
    build, features = to.build, layer._state["moving_mean"].shape[0]
    mean, variance = (to.parameter(layer, name) for name in ("moving_mean", "moving_variance"))
    assert mean is not None
    assert variance is not None
    scale = to.parameter(layer, "gamma") or build.constant(np.ones(features, x.dtype), name="ones")
    offset = to.parameter(layer, "beta") or build.constant(np.zeros(features, x.dtype), name="zeros")
    return build.unary_with(
        "batch_normalization",
        [x, mean, variance, scale, offset],
        axis=layer.axis % x.ndim,
        epsilon=layer.epsilon,
    )


def layer_normalization(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each example normalized over some axes."""
    build = to.build
    axes = positive_axes(layer.axis, x.ndim)
    if axes == tuple(range(axes[0], x.ndim)):
        shape = [size or 1 for size in x.shape[axes[0] :]]
        scale = to.parameter(layer, "gamma") or build.constant(np.ones(shape, x.dtype), name="ones")
        offset = to.parameter(layer, "beta") or build.constant(np.zeros(shape, x.dtype), name="zeros")
        inputs = [x, scale, offset]
        return build.unary_with("layer_normalization", inputs, first_axis=axes[0], epsilon=layer.epsilon)
    return _scaled(to, layer, _standardized(build, x, axes, layer.epsilon), axes)


def rms_normalization(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each example divided by its root mean square."""
    build = to.build
    axes = positive_axes(layer.axis, x.ndim)
    mean = build.reduce("mean", build.unary("square", x), axes, keep=True)
    outputs = build.divide(x, build.unary("sqrt", build.add(mean, layer.epsilon)))
    return _scaled(to, layer, outputs, axes)


def unit_normalization(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each example divided by its length."""
    return unit(to.build, x, positive_axes(layer.axis, x.ndim))


def unit(build: Builder, x: Tensor, axes: Sequence[int]) -> Tensor:
    """Divide by the length along axes."""
    squares = build.reduce("sum", build.unary("square", x), axes, keep=True)
    return build.divide(x, build.unary("sqrt", build.binary("maximum", squares, 1e-24)))


def group_normalization(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each example normalized in groups of features."""
    build = to.build
    axis = layer.axis % x.ndim
    features = x.shape[axis]
    assert features is not None
    groups = features if layer.groups == -1 else layer.groups
    # The features go behind the batch, where their groups can be split whatever follows.
    order = (0, axis, *(each for each in range(1, x.ndim) if each != axis))
    front = build.transpose(x, order)
    if None in x.shape[1:]:
        grouped = build.reshape(front, (x.shape[0], groups, None))
    else:
        grouped = build.reshape(front, (x.shape[0], groups, math.prod(s or 0 for s in x.shape[1:]) // groups))
    outputs = build.reshape_like(_standardized(build, grouped, (2,), layer.epsilon), front)
    return _scaled(to, layer, build.transpose(outputs, tuple(np.argsort(order).tolist())), (axis,))


def _standardized(build: Builder, x: Tensor, axes: Sequence[int], epsilon: float) -> Tensor:
    deviations = build.subtract(x, build.reduce("mean", x, axes, keep=True))
    variance = build.reduce("mean", build.unary("square", deviations), axes, keep=True)
    return build.divide(deviations, build.unary("sqrt", build.add(variance, epsilon)))


def _scaled(to: Translation, layer: Any, x: Tensor, axes: Sequence[int]) -> Tensor:
    """Multiply by γ and add β where the layer has them, along their axes."""
    shape = [size if axis in axes else 1 for axis, size in enumerate(x.shape)]
    while shape and shape[0] == 1 and len(shape) > 1:
        shape.pop(0)
    outputs = x
    for name, combine in (("gamma", to.build.multiply), ("scale", to.build.multiply), ("beta", to.build.add)):
        weight = to.parameter(layer, name)
        if weight is not None:
            outputs = combine(outputs, to.build.reshape(weight, shape))
    return outputs
