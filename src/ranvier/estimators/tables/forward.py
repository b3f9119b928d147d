"""A network's arithmetic in NumPy: for first weights, and for predictions without a compilation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.network import Architecture
from ranvier.layers.categories import shown_levels

HostArray: TypeAlias = "np.ndarray[Any, Any]"

BLOCK = 4096
"""How many rows are computed at a time."""

MULTIPLE = 32
"""Blocks are filled up to a multiple of so many rows, so that a row's result does not depend on its neighbours."""


def logits(rows: Encoded, architecture: Architecture, weights: Mapping[str, HostArray]) -> HostArray:
    """Return what goes into the activation of the outputs.

    Args:
        rows: The rows.
        architecture: The layers.
        weights: Their weights by path.

    Returns:
        float32 of shape (rows, outputs).
    """
    found = np.empty((rows.rows, architecture.outputs), np.float32)
    for start, block in blocks(rows):
        values = features(block, architecture, weights)
        for number in range(1, len(architecture.hidden) + 1):
            values = activated(architecture, number, dense(f"hidden_{number}", values, weights), weights)
        stop = min(start + BLOCK, rows.rows)
        found[start:stop] = dense("output", values, weights)[: stop - start]
    return found


def blocks(rows: Encoded) -> Iterator[tuple[int, Encoded]]:
    """Yield the first row's number and the rows of each block, filled up with copies of its last row."""
    for start in range(0, rows.rows, BLOCK):
        stop = min(start + BLOCK, rows.rows)
        filled = -(-(stop - start) // MULTIPLE) * MULTIPLE
        yield start, rows.take(np.minimum(np.arange(start, start + filled), stop - 1))


def features(rows: Encoded, architecture: Architecture, weights: Mapping[str, HostArray]) -> HostArray:
    """Return what the first dense layer takes, float32 of shape (rows, features)."""
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
    """Embed numbers, float32 of shape (rows, numbers), in waves."""
    turn = np.float32(2.0 * math.pi)
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
    factor = np.float32(1.0 / math.sqrt(kernel.shape[0]))
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
    scale, alpha = np.float32(1.0507009873554805), np.float32(1.6732632423543772)
    return np.where(values > 0, scale * values, scale * alpha * np.expm1(np.minimum(values, np.float32(0))))


def _mish(values: HostArray) -> HostArray:
    # tanh(softplus(x)) as a ratio of powers: with e = exp(x) it is (e² + 2e) / (e² + 2e + 2).
    power = np.exp(np.minimum(values, np.float32(20)))
    product = power * (power + np.float32(2))
    return np.asarray(values * (product / (product + np.float32(2))))


_FUNCTIONS: Mapping[str, Callable[[HostArray], HostArray]] = {"selu": _selu, "mish": _mish}


def _selu_slope(values: HostArray) -> HostArray:
    scale, alpha = np.float32(1.0507009873554805), np.float32(1.6732632423543772)
    return np.where(values > 0, scale, scale * alpha * np.exp(np.minimum(values, np.float32(0))))


def _mish_slope(values: HostArray) -> HostArray:
    power = np.exp(np.minimum(values, np.float32(20)))
    product = power * (power + np.float32(2))
    ratio = product / (product + np.float32(2))
    sigmoid = power / (np.float32(1) + power)
    return np.asarray(ratio + values * sigmoid * (np.float32(1) - ratio * ratio))


_SLOPES: Mapping[str, Callable[[HostArray], HostArray]] = {"selu": _selu_slope, "mish": _mish_slope}
