"""What a training was told: everything needed to understand it, and to do it again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ranvier import __version__
from ranvier.errors import RunFolderError
from ranvier.report.settings_reading import damaged_settings, read_settings
from ranvier.report.table_settings import TableRunSettings
from ranvier.report.versions import FORMAT, installed_versions


@dataclass(frozen=True)
class InputSettings:
    """What the network is given.

    Attributes:
        height: Rows of pixels.
        width: Columns of pixels.
        smallest: The value of paper.
        largest: The value of full ink.
        class_names: A name for each class, in the order of the outputs.
    """

    height: int
    width: int
    smallest: int
    largest: int
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class NetworkSettings:
    """The network between its inputs and its classes.

    Attributes:
        hidden: Units of each hidden layer.
        activation: The activation of the hidden layers.
        dropout: Fraction of each hidden layer's outputs that is dropped in training.
    """

    hidden: tuple[int, ...]
    activation: str
    dropout: float


@dataclass(frozen=True)
class TrainingSettings:
    """How the network was trained.

    Attributes:
        epochs: The most epochs.
        batch_size: Rows of a step.
        optimizer: The optimizer's name.
        learning_rate: Its learning rate.
        patience: Epochs without a lower validation loss after which training stops; None: never.
        validation_split: Fraction of the training data, its tail, to validate on.
    """

    epochs: int
    batch_size: int
    optimizer: str
    learning_rate: float
    patience: int | None
    validation_split: float


@dataclass(frozen=True)
class RunSettings:
    """Everything a run on images was told.

    Attributes:
        data_set: The name of the data set.
        seed: The seed of weights, shuffling and dropout.
        created: When the run began, ISO 8601.
        input: What the network is given.
        network: The network.
        training: How it was trained.
        versions: The versions of what decides the numbers.
        format: The version of the settings file.
        kind: What sort of run it is.
    """

    data_set: str
    seed: int
    created: str
    input: InputSettings
    network: NetworkSettings
    training: TrainingSettings
    versions: dict[str, str] = field(default_factory=installed_versions)
    format: int = FORMAT
    kind: Literal["images"] = "images"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON types, the version of the format first."""
        values = dataclasses.asdict(self)
        return {"format": values.pop("format"), "kind": values.pop("kind"), **values}


def settings_from(values: Any, path: str) -> RunSettings | TableRunSettings:
    """Read settings.

    Args:
        values: What ``as_dict`` returned, from a file.
        path: The file, for messages.

    Returns:
        The settings.

    Raises:
        RunFolderError: If they were written by a newer version, or a part is missing or of the wrong kind.
    """
    if not isinstance(values, Mapping) or type(values.get("format")) is not int:
        raise damaged_settings(path, "they do not tell the version of their format")
    if values["format"] > FORMAT:
        versions = values.get("versions")
        writer = versions.get("ranvier") if isinstance(versions, Mapping) else None
        raise RunFolderError(
            f"The run was made by a newer version: {path!r} has format {values['format']} and was written by "
            f"Ranvier {writer or 'of unknown version'!s:.40}; this is {__version__}, which reads formats up to "
            f"{FORMAT}. Install a newer Ranvier to read it."
        )
    if values.get("kind") == "table":
        return read_settings(TableRunSettings, values, path)
    # The first version of the format knew images only.
    if values.get("kind", "images") != "images":
        raise damaged_settings(path, f"`kind` cannot be {values['kind']!r:.80}")
    return read_settings(RunSettings, {"kind": "images", **values}, path)
