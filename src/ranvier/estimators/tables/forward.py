"""A network's arithmetic in NumPy: for first weights, and for predictions without a compilation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.network import Architecture
from ranvier.layers.categories import shown_levels

HostArray: TypeAlias = "np.ndarray[Any, Any]"

BLOCK = 4096
"""How many rows are computed at a time."""


def logits(
    rows: Encoded, architecture: Architecture, weights: Mapping[str, HostArray], dtype: Any = np.float32
) -> HostArray:
    """Return what goes into the activation of the outputs.

    Args:
        rows: The rows.
        architecture: The layers.
        weights: Their weights by path.
        dtype: The precision to compute in. In float64 a row's result does not depend on its neighbours but in
            the last bits.

    Returns:
        Shape (rows, outputs), of that precision.
    """
    weights = {name: np.asarray(value, dtype) for name, value in weights.items()}
    found = np.empty((rows.rows, architecture.outputs), dtype)
    # An overflow shows in the result.
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, rows.rows, BLOCK):
            piece = slice(start, start + BLOCK)
            values = features(rows.take(piece), architecture, weights)
            for number in range(1, len(architecture.hidden) + 1):
                values = activated(architecture, number, dense(f"hidden_{number}", values, weights), weights)
            found[piece] = dense("output", values, weights)
    return found


def features(rows: Encoded, architecture: Architecture, weights: Mapping[str, HostArray]) -> HostArray:
    """Return what the first dense layer takes, shape (rows, features)."""
    parts = []
    if architecture.numbers:
        parts.append(periodic(rows.numbers, weights) if architecture.periodic else rows.numbers)
    if architecture.indicators:
        parts.append(indicators(rows.indicators, architecture.indicators, weights))
    if architecture.embedded:
        starts = np.cumsum([0, *architecture.embedded[:-1]])
        vectors = weights["embedding/embeddings"][rows.embedded.astype(np.int64) + starts]
        parts.append(vectors.reshape(rows.rows, -1))
    joined = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    return np.asarray(joined * weights["input_scale/scale"])


def periodic(numbers: HostArray, weights: Mapping[str, HostArray]) -> HostArray:
    """Embed numbers of shape (rows, numbers), in waves."""
    turn = 2.0 * math.pi
    waves = np.cos(turn * (numbers[:, :, None] * weights["periodic/frequency"]) + weights["periodic/phase"])
    mixed = np.matmul(waves.transpose(1, 0, 2), weights["periodic/kernel"]).transpose(1, 0, 2)
    mixed = mixed + weights["periodic/bias"]
    return np.concatenate([numbers[:, :, None], mixed], axis=2).reshape(len(numbers), -1)


def indicators(codes: HostArray, counts: tuple[int, ...], weights: Mapping[str, HostArray]) -> HostArray:
    """Turn codes into indicators, float32."""
    pairs = [(column, level) for column, count in enumerate(counts) for level in shown_levels(count)]
    spread = codes.astype(np.int64)[:, [column for column, _ in pairs]]
    other = np.where(spread == 0, weights["levels/absent"], weights["levels/off"])
    return np.where(spread == [level for _, level in pairs], weights["levels/on"], other)


def dense(layer: str, values: HostArray, weights: Mapping[str, HostArray]) -> HostArray:
    """Return the outputs of a dense layer before its activation."""
    kernel = weights[f"{layer}/kernel"]
    factor = 1.0 / math.sqrt(kernel.shape[0])
    return np.asarray((values @ kernel) * factor + weights[f"{layer}/bias"])


def activated(
    architecture: Architecture, number: int, values: HostArray, weights: Mapping[str, HostArray]
) -> HostArray:
    """Return the outputs of a hidden layer's activation."""
    function = _FUNCTIONS[architecture.activation](values)
    if not architecture.parametric:
        return function
    return np.asarray(values + (function - values) * weights[f"activation_{number}/share"])


def activation_slope(
    architecture: Architecture, number: int, values: HostArray, weights: Mapping[str, HostArray]
) -> HostArray:
    """Return the derivative of :func:`activated` at each value."""
    slope = _SLOPES[architecture.activation](values)
    if not architecture.parametric:
        return slope
    return np.asarray(1.0 + (slope - 1.0) * weights[f"activation_{number}/share"])


def _selu(values: HostArray) -> HostArray:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return np.where(values > 0, scale * values, scale * alpha * np.expm1(np.minimum(values, 0.0)))


def _mish(values: HostArray) -> HostArray:
    # tanh(softplus(x)) as a ratio of powers: with e = exp(x) it is (e² + 2e) / (e² + 2e + 2).
    power = np.exp(np.minimum(values, 20.0))
    product = power * (power + 2.0)
    return np.asarray(values * (product / (product + 2.0)))


_FUNCTIONS: Mapping[str, Callable[[HostArray], HostArray]] = {"selu": _selu, "mish": _mish}


def _selu_slope(values: HostArray) -> HostArray:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return np.where(values > 0, scale, scale * alpha * np.exp(np.minimum(values, 0.0)))


def _mish_slope(values: HostArray) -> HostArray:
    power = np.exp(np.minimum(values, 20.0))
    product = power * (power + 2.0)
    ratio = product / (product + 2.0)
    sigmoid = power / (1.0 + power)
    return np.asarray(ratio + values * sigmoid * (1.0 - ratio * ratio))


_SLOPES: Mapping[str, Callable[[HostArray], HostArray]] = {"selu": _selu_slope, "mish": _mish_slope}
