"""What is told of a file."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from ranvier.types import PartialShape, Shape


@dataclass(frozen=True)
class ArrayReport:
    """An array of a file.

    Attributes:
        name: Its name in the file.
        shape: Its shape.
        dtype: Its dtype.
    """

    name: str
    shape: Shape
    dtype: str

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class LayerReport:
    """A layer as the file describes it.

    Attributes:
        name: Its name.
        kind: The name of its class.
        depth: How many models it lies in, within the outermost.
        shape: The shape of an input, with the batch in front; None for what is no input.
        weights: Its weights, without those of the layers listed below it.
        shared: Whether it was listed before, so that its weights are the same.
        config: Its arguments.
    """

    name: str
    kind: str
    depth: int = 0
    shape: PartialShape | None = None
    weights: tuple[ArrayReport, ...] = ()
    shared: bool = False
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """The number of entries of its weights."""
        return sum(weight.size for weight in self.weights)


@dataclass(frozen=True)
class FileReport:
    """What a file holds.

    Attributes:
        path: The file.
        format: What it is written in, with the version of the format where it tells one.
        holds: ``"model"``, ``"weights"``, ``"backup"``, a training to continue,
            ``"estimator"``, or ``"program"``, which predicts.
        writer: The program that wrote it, with its version where the file tells it.
        size: Its length in bytes.
        sha256: The digest of its content.
        name: The name of the model, or None.
        kind: The class of the model, or None.
        layers: The layers in order.
        arrays: The weights.
        state: The arrays of the optimizer.
        compiled: What ``compile`` was given, by argument; None where the file does not tell.
        training: Where the training was: ``iterations``, ``learning_rate``, ``epoch``, ``step``, as far as told.
        metadata: What was saved beside the model, such as ``class_names``; of an estimator also its ``columns``.
    """

    path: str
    format: str
    holds: str
    writer: str
    size: int
    sha256: str
    name: str | None = None
    kind: str | None = None
    layers: tuple[LayerReport, ...] = ()
    arrays: tuple[ArrayReport, ...] = ()
    state: tuple[ArrayReport, ...] = ()
    compiled: dict[str, Any] | None = None
    training: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """The number of entries of all weights."""
        return sum(array.size for array in self.arrays)

    @property
    def class_names(self) -> list[str] | None:
        """The names of the classes, where the file tells them."""
        names = self.metadata.get("class_names")
        known = isinstance(names, list) and all(isinstance(name, str) for name in names)
        return names if known else None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON types."""
        values = asdict(self)
        for layer, described in zip(self.layers, values["layers"], strict=True):
            described["parameters"] = layer.parameters
        return {**values, "parameters": self.parameters, "class_names": self.class_names}
