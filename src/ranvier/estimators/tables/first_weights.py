"""The weights a training begins with, in the recipe's way: fitted to the training rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.forward import activated, dense, features
from ranvier.estimators.tables.network import (
    DEVIATION,
    EMBEDDING,
    FREQUENCIES,
    MIXED,
    Architecture,
    Weights,
    weight_shapes,
)
from ranvier.estimators.tables.scaling import RobustScaling
from ranvier.layers.categories import shown_levels

HostArray: TypeAlias = "np.ndarray[Any, Any]"

MOST_ROWS = 8192
"""How many training rows first weights are fitted to at most."""

_KINKS = 5


def first_weights(
    architecture: Architecture, rows: Encoded, *, fitted: bool, generator: np.random.Generator
) -> Weights:
    """Draw first weights.

    Args:
        architecture: The layers.
        rows: The training rows.
        fitted: Whether kernels and biases are fitted to the rows: each unit's sum has variance 1, and its kink
            lies where data are. Else all are normal, and those of the outputs 0.
        generator: What is drawn from.
    """
    weights: Weights = {}
    if architecture.numbers and architecture.periodic:
        weights |= _periodic(architecture.numbers, generator)
    if architecture.indicators:
        weights |= indicator_values(architecture.indicators, rows.indicators)
    if architecture.embedded:
        shape = (sum(architecture.embedded), EMBEDDING)
        weights["embedding/embeddings"] = _normal(generator, shape)
    count = min(rows.rows, MOST_ROWS)
    chosen = np.arange(rows.rows) if count == rows.rows else generator.choice(rows.rows, count, replace=False)
    weights["input_scale/scale"] = np.ones(weight_shapes(architecture)["input_scale/scale"], np.float32)
    values = features(rows.take(chosen), architecture, weights)
    sizes = (*architecture.hidden, architecture.outputs)
    for number, units in enumerate(sizes, 1):
        last = number == len(sizes)
        layer = "output" if last else f"hidden_{number}"
        kernel, bias = (_fitted if fitted else _plain)(values, units, last, generator)
        weights[f"{layer}/kernel"], weights[f"{layer}/bias"] = kernel, bias
        if not last:
            if architecture.parametric:
                weights[f"activation_{number}/share"] = np.ones(units, np.float32)
            values = activated(architecture, number, dense(layer, values, weights), weights)
    return weights


def indicator_values(counts: tuple[int, ...], codes: HostArray) -> Weights:
    """Return the values of indicators: those of plain one-hot columns, scaled as numbers are.

    Args:
        counts: For each column the number of its codes.
        codes: The training rows' codes.
    """
    on: list[float] = []
    off: list[float] = []
    absent: list[float] = []
    for column, count in enumerate(counts):
        occurring = np.bincount(codes[:, column], minlength=count)
        for level in shown_levels(count):
            plain = (1.0, -1.0, 0.0) if count == 3 else (1.0, 0.0, 0.0)
            times = (occurring[level], occurring.sum() - occurring[level] - occurring[0], occurring[0])
            scaling = RobustScaling.learn(np.repeat(plain, times)[:, None])
            scaled = scaling.scaled(np.array(plain)[:, None])[:, 0]
            for values, value in zip((on, off, absent), scaled, strict=True):
                values.append(value)
    named = {"on": on, "off": off, "absent": absent}
    return {f"levels/{name}": np.array(values, np.float32) for name, values in named.items()}


def _periodic(numbers: int, generator: np.random.Generator) -> Weights:
    bound = 1.0 / math.sqrt(FREQUENCIES)
    shapes: Mapping[str, tuple[int, ...]] = {
        "kernel": (numbers, FREQUENCIES, MIXED),
        "bias": (numbers, MIXED),
    }
    frequency = DEVIATION * _normal(generator, (numbers, FREQUENCIES))
    phase = generator.uniform(-math.pi, math.pi, (numbers, FREQUENCIES))
    weights = {"periodic/frequency": frequency, "periodic/phase": phase}
    weights |= {f"periodic/{name}": generator.uniform(-bound, bound, shape) for name, shape in shapes.items()}
    return {name: value.astype(np.float32) for name, value in weights.items()}


def _plain(
    values: HostArray, units: int, last: bool, generator: np.random.Generator
) -> tuple[HostArray, HostArray]:
    if last:
        return np.zeros((values.shape[1], units), np.float32), np.zeros(units, np.float32)
    return _normal(generator, (values.shape[1], units)), _normal(generator, (units,))


def _fitted(
    values: HostArray, units: int, last: bool, generator: np.random.Generator
) -> tuple[HostArray, HostArray]:
    """Draw a kernel of unit variance of the sums, and biases that put each unit's kink among the rows.

    A bias is minus a random mean of the sums of five rows, drawn anew for each unit.
    """
    del last
    kernel = _normal(generator, (values.shape[1], units))
    sums = dense("", values, {"/kernel": kernel, "/bias": np.zeros(units, np.float32)})
    deviations = sums.std(axis=0)
    deviations = np.where(
        deviations > 1e-6, deviations, np.float32(1)
    )  # rows that are all alike tell nothing
    kernel, sums = kernel / deviations, sums / deviations
    chosen = generator.integers(0, len(sums), (units, _KINKS))
    shares = generator.exponential(1.0, (units, _KINKS))
    shares /= shares.sum(axis=1, keepdims=True)
    bias = -(sums[chosen, np.arange(units)[:, None]] * shares).sum(axis=1)
    return kernel.astype(np.float32), bias.astype(np.float32)


def _normal(generator: np.random.Generator, shape: tuple[int, ...]) -> HostArray:
    return generator.standard_normal(shape, np.float32)
