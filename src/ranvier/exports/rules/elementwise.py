"""Layers that treat each number, or each feature, by itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.exports.program import Tensor
from ranvier.exports.rules import activations
from ranvier.exports.rules.applied import activated
from ranvier.exports.translation import Translation


def unchanged(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """What does something in training only."""
    del to, layer
    return x


def activation(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """An activation as a layer."""
    return activated(to, layer.activation, x)


def relu(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """The rectifier and its options."""
    return activations.relu(to.build, x, layer.negative_slope, layer.max_value, layer.threshold)


def leaky_relu(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """A slope for negative numbers."""
    return activations.leaky_relu(to.build, x, layer.negative_slope)


def parametric_relu(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """A learned slope for negative numbers."""
    build, slopes = to.build, to.parameter(layer, "alpha")
    assert slopes is not None
    below = build.multiply(slopes, build.binary("minimum", x, 0.0))
    return build.add(build.unary("relu", x), below)


def elu(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Exponential linear unit."""
    return activations.elu(to.build, x, layer.alpha)


def softmax(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Probabilities."""
    return activations.softmax(to.build, x, layer.axis)


def rescaling(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Times a number, plus another."""
    scale, offset = (np.asarray(each, x.dtype) for each in (layer.scale, layer.offset))
    outputs = x
    if (scale != 1).any():
        outputs = to.build.multiply(x, to.build.constant(scale, name=f"{layer.name}/scale"))
    if offset.any():
        outputs = to.build.add(outputs, to.build.constant(offset, name=f"{layer.name}/offset"))
    return outputs


def normalization(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Features standardized by what is known of the data."""
    # The shown statistics have the axes of the data.
    mean, variance = (np.asarray(each.value, np.float32) for each in (layer.mean, layer.variance))
    deviation = np.maximum(np.sqrt(variance), np.float32(1e-7))
    center = to.build.constant(mean, name=f"{layer.name}/mean")
    width = to.build.constant(deviation, name=f"{layer.name}/deviation")
    if layer.invert:
        return to.build.add(to.build.multiply(x, width), center)
    return to.build.divide(to.build.subtract(x, center), width)
