"""Layers for tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ranvier.exports.program import Tensor
from ranvier.exports.rules.applied import activated
from ranvier.exports.translation import Translation


def category_indicators(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Codes as indicators of their levels."""
    build = to.build
    on, off, absent = (to.weight(layer._state[name]) for name in ("on", "off", "absent"))
    columns = build.constant(layer._columns.astype(np.int64), name=f"{layer.name}/columns")
    levels = build.constant(layer._levels, "int32", f"{layer.name}/levels")
    spread = build.take(build.cast(x, "int32"), columns, 1)
    other = build.where(build.binary("equal", spread, 0), absent, off)
    return build.where(build.binary("equal", spread, levels), on, other)


def category_embedding(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Codes as learned vectors, side by side."""
    build = to.build
    table = to.weight(layer._parameters["embeddings"])
    starts = build.constant(layer._starts, "int32", f"{layer.name}/starts")
    rows = build.add(build.cast(x, "int32"), starts)
    last = sum(layer.counts) - 1
    vectors = build.take(table, build.clip(rows, 0, last), 0)
    return build.reshape(vectors, (x.shape[0], len(layer.counts) * layer.units))


def feature_scale(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each feature times a factor."""
    return to.build.multiply(x, to.weight(layer._parameters["scale"]))


def scaled_dense(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """f(x W / sqrt(inputs) + b), the root taken into W."""
    kernel = layer._parameters["kernel"]
    scaled = to.weight(kernel, 1.0 / math.sqrt(kernel.shape[0]))
    outputs = to.build.linear(x, scaled, to.parameter(layer, "bias"))
    return activated(to, layer.activation, outputs)


def parametric_activation(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Between the identity and an activation."""
    build = to.build
    change = build.subtract(activated(to, layer.activation, x), x)
    return build.add(x, build.multiply(change, to.weight(layer._parameters["share"])))


def periodic_embedding(to: Translation, layer: Any, x: Tensor) -> Tensor:
    """Each feature as itself and mixtures of its waves."""
    build = to.build
    frequency, phase, kernel, bias = (
        to.weight(layer._parameters[name]) for name in ("frequency", "phase", "kernel", "bias")
    )
    features, rank = x.shape[-1], x.ndim
    assert features is not None
    column = build.expand_axes(x, [rank])
    turned = build.multiply(build.multiply(column, frequency), 2.0 * math.pi)
    waves = build.unary("cos", build.add(turned, phase))
    letters = "abcdefg"[: rank - 1]
    mixed = build.step(
        "einsum",
        [waves, kernel],
        (*x.shape, layer.units - 1),
        x.dtype,
        equation=f"{letters}xy,xyz->{letters}xz",
    )
    both = build.concatenate([column, build.add(mixed, bias)], rank)
    return build.reshape(both, (*x.shape[:-1], features * layer.units))
