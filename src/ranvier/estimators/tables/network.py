"""The network for a table: an ordinary model of Ranvier's layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ranvier.layers import (
    Activation,
    CategoryEmbedding,
    CategoryIndicators,
    Concatenate,
    Dropout,
    FadingDropout,
    FeatureScale,
    Input,
    ParametricActivation,
    PeriodicEmbedding,
    ScaledDense,
)
from ranvier.layers.categories import shown_levels
from ranvier.models import Model

HostArray: TypeAlias = "np.ndarray[Any, Any]"

Weights: TypeAlias = "dict[str, HostArray]"
"""The arrays of a network by path, such as ``"hidden_1/kernel"``."""

EMBEDDING = 8
"""The length of the vector of a category."""

FREQUENCIES, MIXED, DEVIATION = 16, 3, 0.1
"""Of periodic embeddings: waves of a number, numbers they are mixed to, deviation of the first frequencies."""


@dataclass(frozen=True)
class Architecture:
    """What a network is but for its weights.

    Attributes:
        numbers: How many numbers it takes.
        indicators: For each column of codes that becomes indicators, the number of its codes.
        embedded: The same for columns that become vectors.
        hidden: The number of units of each hidden layer.
        outputs: How many outputs it has.
        activation: Of the hidden units.
        parametric: Whether each hidden unit has a share of it.
        periodic: Whether numbers are embedded.
        classes: Whether the outputs are probabilities.
    """

    numbers: int
    indicators: tuple[int, ...]
    embedded: tuple[int, ...]
    hidden: tuple[int, ...]
    outputs: int
    activation: str
    parametric: bool
    periodic: bool
    classes: bool

    @property
    def parts(self) -> list[str]:
        """The names of the inputs, in order."""
        sizes = {"numbers": self.numbers, "indicators": self.indicators, "embedded": self.embedded}
        return [name for name, size in sizes.items() if size]


def build(architecture: Architecture, dropout: float, steps: int | None) -> Any:
    """Make a model.

    Args:
        architecture: Its layers.
        dropout: The share of hidden units dropped in training; 0 for no such layers.
        steps: The number of steps over which dropout fades; None for ordinary dropout.

    Returns:
        A functional model with an input for each of :attr:`Architecture.parts`.
    """
    inputs, features = _features(architecture)
    values = features[0] if len(features) == 1 else Concatenate(name="features")(features)
    values = FeatureScale(name="input_scale")(values)
    for number, units in enumerate(architecture.hidden, 1):
        values = ScaledDense(units, name=f"hidden_{number}")(values)
        values = _activated(architecture, number, values)
        if dropout:
            name = f"dropout_{number}"
            layer = Dropout(dropout, name=name) if steps is None else FadingDropout(dropout, steps, name=name)
            values = layer(values)
    final = "softmax" if architecture.classes else None
    outputs = ScaledDense(architecture.outputs, final, name="output")(values)
    return Model(inputs if len(inputs) > 1 else inputs[0], outputs)


def _features(architecture: Architecture) -> tuple[list[Any], list[Any]]:
    inputs, features = [], []
    if architecture.numbers:
        numbers = Input((architecture.numbers,), name="numbers")
        inputs.append(numbers)
        features.append(_waves()(numbers) if architecture.periodic else numbers)
    for name, counts, kind in (
        ("indicators", architecture.indicators, CategoryIndicators),
        ("embedded", architecture.embedded, CategoryEmbedding),
    ):
        if counts:
            codes = Input((len(counts),), dtype="int32", name=name)
            inputs.append(codes)
            layer = "levels" if kind is CategoryIndicators else "embedding"
            arguments = {} if kind is CategoryIndicators else {"units": EMBEDDING}
            features.append(kind(list(counts), name=layer, **arguments)(codes))
    return inputs, features


def _waves() -> PeriodicEmbedding:
    return PeriodicEmbedding(FREQUENCIES, MIXED + 1, DEVIATION, name="periodic")


def _activated(architecture: Architecture, number: int, values: Any) -> Any:
    name = f"activation_{number}"
    if architecture.parametric:
        return ParametricActivation(architecture.activation, name=name)(values)
    return Activation(architecture.activation, name=name)(values)


def put_weights(model: Any, weights: Mapping[str, HostArray]) -> None:
    """Give a model weights by path."""
    for variable in model.variables:
        variable.assign(weights[variable.path])


def take_weights(model: Any) -> Weights:
    """Return copies of the weights of a model by path."""
    return {variable.path: np.array(variable.value) for variable in model.variables}


def weight_shapes(architecture: Architecture) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of a network by path, without building it."""
    shapes: dict[str, tuple[int, ...]] = {}
    numbers = architecture.numbers
    width = numbers
    if numbers and architecture.periodic:
        width = numbers * (MIXED + 1)
        shapes["periodic/frequency"] = shapes["periodic/phase"] = (numbers, FREQUENCIES)
        shapes["periodic/kernel"] = (numbers, FREQUENCIES, MIXED)
        shapes["periodic/bias"] = (numbers, MIXED)
    if architecture.indicators:
        shown = sum(len(shown_levels(count)) for count in architecture.indicators)
        width += shown
        shapes |= dict.fromkeys(("levels/on", "levels/off", "levels/absent"), (shown,))
    if architecture.embedded:
        width += EMBEDDING * len(architecture.embedded)
        shapes["embedding/embeddings"] = (sum(architecture.embedded), EMBEDDING)
    shapes["input_scale/scale"] = (width,)
    for number, units in enumerate(architecture.hidden, 1):
        shapes[f"hidden_{number}/kernel"], shapes[f"hidden_{number}/bias"] = (width, units), (units,)
        if architecture.parametric:
            shapes[f"activation_{number}/share"] = (units,)
        width = units
    outputs = architecture.outputs
    return shapes | {"output/kernel": (width, outputs), "output/bias": (outputs,)}
