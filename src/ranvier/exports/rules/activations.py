"""Activations as steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.exports.builder import Builder
from ranvier.exports.program import Tensor
from ranvier.functions import activations

Rule: TypeAlias = Callable[..., Tensor]
"""Takes the builder, a tensor, and the numbers that the activation takes."""

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _step(kind: str, **attributes: Any) -> Rule:
    return lambda build, x: build.unary(kind, x, **attributes)


def relu(
    build: Builder,
    x: Tensor,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Tensor:
    """Rectify; see :func:`ranvier.activations.relu`."""
    if threshold == 0.0:
        positive = build.unary("relu", x)
    else:
        positive = build.where(build.binary("less_equal", x, threshold), 0.0, x)
    if max_value is not None:
        positive = build.clip(positive, 0.0, max_value)
    if negative_slope == 0.0:
        return positive
    below = build.unary("relu", build.subtract(threshold, x))
    return build.subtract(positive, build.multiply(below, negative_slope))


def leaky_relu(build: Builder, x: Tensor, negative_slope: float = 0.2) -> Tensor:
    """Rectify with a slope for negative numbers."""
    return build.unary("leaky_relu", x, slope=float(negative_slope))


def elu(build: Builder, x: Tensor, alpha: float = 1.0) -> Tensor:
    """Exponential linear unit."""
    return build.unary("elu", x, alpha=float(alpha))


def _linear(build: Builder, x: Tensor) -> Tensor:
    del build
    return x


def _selu(build: Builder, x: Tensor) -> Tensor:
    return build.multiply(elu(build, x, _SELU_ALPHA), _SELU_SCALE)


def _celu(build: Builder, x: Tensor, alpha: float = 1.0) -> Tensor:
    below = build.unary("expm1", build.divide(build.binary("minimum", x, 0.0), alpha))
    return build.add(build.binary("maximum", x, 0.0), build.multiply(below, alpha))


def _ramp(low: float, high: float, slope: float, offset: float) -> Rule:
    def rule(build: Builder, x: Tensor) -> Tensor:
        line = build.multiply(x, slope) if slope != 1.0 else x
        return build.clip(build.add(line, offset) if offset else line, low, high)

    return rule


def _silu(build: Builder, x: Tensor) -> Tensor:
    return build.multiply(x, build.unary("sigmoid", x))


def _hard_silu(build: Builder, x: Tensor) -> Tensor:
    return build.multiply(x, _HARD_SIGMOID(build, x))


def gelu(build: Builder, x: Tensor, approximate: bool = False) -> Tensor:
    """Gaussian error linear unit."""
    if approximate:
        cube = build.multiply(build.multiply(x, build.multiply(x, x)), 0.044715)
        gate = build.unary("tanh", build.multiply(build.add(x, cube), math.sqrt(2 / math.pi)))
    else:
        gate = build.unary("erf", build.multiply(x, math.sqrt(0.5)))
    return build.multiply(build.multiply(x, 0.5), build.add(gate, 1.0))


def _mish(build: Builder, x: Tensor) -> Tensor:
    return build.multiply(x, build.unary("tanh", build.unary("softplus", x)))


def _glu(build: Builder, x: Tensor, axis: int = -1) -> Tensor:
    axis %= x.ndim
    size = x.shape[axis]
    assert size is not None
    values, gates = build.slice(x, axis, 0, size // 2), build.slice(x, axis, size // 2, size)
    return build.multiply(values, build.unary("sigmoid", gates))


def _log_sigmoid(build: Builder, x: Tensor) -> Tensor:
    return build.unary("negative", build.unary("softplus", build.unary("negative", x)))


def _tanh_shrink(build: Builder, x: Tensor) -> Tensor:
    return build.subtract(x, build.unary("tanh", x))


def _hard_shrink(build: Builder, x: Tensor, threshold: float = 0.5) -> Tensor:
    return build.where(build.binary("less_equal", build.unary("absolute", x), threshold), 0.0, x)


def _soft_shrink(build: Builder, x: Tensor, threshold: float = 0.5) -> Tensor:
    return build.subtract(x, build.clip(x, -threshold, threshold))


def _threshold(build: Builder, x: Tensor, threshold: float, default_value: float) -> Tensor:
    return build.where(build.binary("less_equal", x, threshold), default_value, x)


def _squareplus(build: Builder, x: Tensor, b: float = 4.0) -> Tensor:
    root = build.unary("sqrt", build.add(build.unary("square", x), float(b)))
    return build.multiply(build.add(x, root), 0.5)


def _sparse_plus(build: Builder, x: Tensor) -> Tensor:
    parabola = build.multiply(build.unary("square", build.add(x, 1.0)), 0.25)
    inner = build.where(build.binary("greater_equal", x, 1.0), x, parabola)
    return build.where(build.binary("less_equal", x, -1.0), 0.0, inner)


def softmax(build: Builder, x: Tensor, axis: Any = -1) -> Tensor:
    """Probabilities along one axis or several."""
    return build.softmax(x, [axis] if isinstance(axis, int) else list(axis))


def _log_softmax(build: Builder, x: Tensor, axis: Any = -1) -> Tensor:
    axes = [each % x.ndim for each in ([axis] if isinstance(axis, int) else axis)]
    if len(axes) == 1:
        return build.unary("log_softmax", x, axis=axes[0])
    shifted = build.subtract(x, build.reduce("max", x, axes, keep=True))
    powers = build.reduce("sum", build.unary("exp", shifted), axes, keep=True)
    return build.subtract(shifted, build.unary("log", powers))


def _sparsemax(build: Builder, x: Tensor, axis: int = -1) -> Tensor:
    axis %= x.ndim
    size = x.shape[axis]
    assert size is not None
    scores = build.subtract(x, build.reduce("max", x, [axis], keep=True))
    ordered = build.unary("negative", build.unary("sort", build.unary("negative", scores), axis=axis))
    shape = [size if each == axis else 1 for each in range(x.ndim)]
    ranks = build.constant(np.arange(1, size + 1, dtype=x.dtype).reshape(shape), name="ranks")
    sums = build.unary("cumulative_sum", ordered, axis=axis)
    supported = build.binary("greater", build.add(build.multiply(ordered, ranks), 1.0), sums)
    count = build.reduce("sum", build.cast(supported, x.dtype), [axis], keep=True)
    total = build.reduce("sum", build.where(supported, ordered, 0.0), [axis], keep=True)
    return build.unary("relu", build.subtract(scores, build.divide(build.subtract(total, 1.0), count)))


_HARD_SIGMOID = _ramp(0.0, 1.0, 1 / 6, 0.5)

RULES: Mapping[Any, Rule] = {
    activations.celu: _celu,
    activations.elu: elu,
    activations.exponential: _step("exp"),
    activations.gelu: gelu,
    activations.glu: _glu,
    activations.hard_shrink: _hard_shrink,
    activations.hard_sigmoid: _HARD_SIGMOID,
    activations.hard_silu: _hard_silu,
    activations.hard_tanh: _ramp(-1.0, 1.0, 1.0, 0.0),
    activations.leaky_relu: leaky_relu,
    activations.linear: _linear,
    activations.log_sigmoid: _log_sigmoid,
    activations.log_softmax: _log_softmax,
    activations.mish: _mish,
    activations.relu: relu,
    activations.relu6: _ramp(0.0, 6.0, 1.0, 0.0),
    activations.selu: _selu,
    activations.sigmoid: _step("sigmoid"),
    activations.silu: _silu,
    activations.soft_shrink: _soft_shrink,
    activations.softmax: softmax,
    activations.softplus: _step("softplus"),
    activations.softsign: _step("softsign"),
    activations.sparse_plus: _sparse_plus,
    activations.sparse_sigmoid: _ramp(0.0, 1.0, 0.5, 0.5),
    activations.sparsemax: _sparsemax,
    activations.squareplus: _squareplus,
    activations.tanh: _step("tanh"),
    activations.tanh_shrink: _tanh_shrink,
    activations.threshold: _threshold,
}
"""A rule for each activation."""
