"""Integrated gradients: the difference between a row's output and the average row's, divided among the columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.forward import softmax
from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.forward import activated, activation_slope, dense, features
from ranvier.estimators.tables.network import EMBEDDING, MIXED, Architecture
from ranvier.layers.categories import shown_levels

HostArray: TypeAlias = "np.ndarray[Any, Any]"

STEPS = 64
"""How many points the path from the average row to a row has."""


def column_attributions(
    estimator: Any, encoded: Encoded, kept: HostArray, shown: HostArray | None
) -> tuple[HostArray, HostArray, HostArray]:
    r"""Attribute outputs to columns.

    .. math:: a_c = \sum_{j \in c} (x_j - \bar x_j) \int_0^1 \partial_j f(\bar x + t (x - \bar x)) dt

    The path lies in the space of embedded features, whose mean over all given rows is the average row.

    Args:
        estimator: A fitted estimator for tables.
        encoded: The rows.
        kept: Which of them are explained.
        shown: For each of those the class whose probability is explained; None for numbers.

    Returns:
        Attributions of shape (kept, columns), and the outputs of the average row and of the rows, shape (kept,).

    Source: Sundararajan et al., Axiomatic attribution for deep networks (2017), https://arxiv.org/abs/1703.01365.
    """
    architecture = estimator._architecture
    owners = feature_owners(estimator)
    columns = int(owners.max()) + 1
    unit = None if shown is not None else estimator.target_deviation_
    attributions = np.zeros((len(kept), columns))
    baseline, outputs = np.zeros(len(kept)), np.zeros(len(kept))
    for member in estimator.members_:
        weights = {name: value.astype(np.float64) for name, value in member.weights.items()}
        average = features(encoded, architecture, weights).mean(axis=0)
        rows = features(encoded.take(kept), architecture, weights)
        gradients = np.zeros_like(rows)
        for step in range(STEPS):
            share = (step + 0.5) / STEPS
            gradients += _gradients(average + share * (rows - average), architecture, weights, shown, unit)
        parts = (rows - average) * gradients / STEPS
        for column in range(columns):
            attributions[:, column] += parts[:, owners == column].sum(axis=1)
        wide = np.broadcast_to(average, rows.shape)
        baseline += _output(wide, architecture, weights, shown, unit)
        outputs += _output(rows, architecture, weights, shown, unit)
    # The sum over points is not quite the integral; what is left is divided by the columns' sizes.
    rest = outputs - baseline - attributions.sum(axis=1)
    sizes = np.abs(attributions) + 1e-12
    attributions += rest[:, None] * (sizes / sizes.sum(axis=1, keepdims=True))
    count = len(estimator.members_)
    shift = 0.0 if shown is not None else float(estimator.target_mean_.sum())
    return attributions / count, baseline / count + shift, outputs / count + shift


def feature_owners(estimator: Any) -> HostArray:
    """Return for each feature of the first dense layer the number of the column it comes from."""
    encoder, architecture = estimator._encoder, estimator._architecture
    number = {name: index for index, name in enumerate(encoder.sources())}
    width = MIXED + 1 if architecture.periodic else 1
    owners = [number[rule.column] for rule in encoder.numbers for _ in range(width)]
    owners += [number[rule.column] for rule in encoder.indicators for _ in shown_levels(rule.count)]
    owners += [number[rule.column] for rule in encoder.embedded for _ in range(EMBEDDING)]
    return np.array(owners)


def _forward(
    values: HostArray, architecture: Architecture, weights: Mapping[str, HostArray]
) -> tuple[HostArray, list[HostArray]]:
    sums = []
    for number in range(1, len(architecture.hidden) + 1):
        sums.append(dense(f"hidden_{number}", values, weights))
        values = activated(architecture, number, sums[-1], weights)
    return dense("output", values, weights), sums


def _output(
    values: HostArray,
    architecture: Architecture,
    weights: Mapping[str, HostArray],
    shown: HostArray | None,
    unit: HostArray | None,
) -> HostArray:
    found, _ = _forward(values, architecture, weights)
    if shown is None:
        return np.asarray(found @ unit)
    return np.asarray(softmax(found)[np.arange(len(shown)), shown])


def _gradients(
    values: HostArray,
    architecture: Architecture,
    weights: Mapping[str, HostArray],
    shown: HostArray | None,
    unit: HostArray | None,
) -> HostArray:
    """Return the gradient of each row's output with respect to its features."""
    found, sums = _forward(values, architecture, weights)
    if shown is None:
        back: HostArray = np.broadcast_to(np.asarray(unit), found.shape)
    else:
        probabilities = softmax(found)
        rows = np.arange(len(shown))
        back = -probabilities * probabilities[rows, shown][:, None]
        back[rows, shown] += probabilities[rows, shown]
    back = _through("output", back, weights)
    for number in range(len(architecture.hidden), 0, -1):
        back = back * activation_slope(architecture, number, sums[number - 1], weights)
        back = _through(f"hidden_{number}", back, weights)
    return back


def _through(layer: str, back: HostArray, weights: Mapping[str, HostArray]) -> HostArray:
    kernel = weights[f"{layer}/kernel"]
    return np.asarray(back @ kernel.T / math.sqrt(kernel.shape[0]))
