"""What a training was told: everything needed to understand it, and to do it again."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import platform
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from ranvier import __version__
from ranvier.errors import RunFolderError

FORMAT = 1
"""The version of the settings file that is written; a reader takes its own and every earlier one."""

T = TypeVar("T")


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


def installed_versions() -> dict[str, str]:
    """Return the versions of what decides the numbers."""
    # Asked of the installation, not of the modules: settings are also read where the engine is not loaded.
    engine = {name: importlib.metadata.version(name) for name in ("jax", "numpy")}
    return {"ranvier": __version__, **engine, "python": platform.python_version()}


@dataclass(frozen=True)
class RunSettings:
    """Everything a run was told.

    Attributes:
        data_set: The name of the data set.
        seed: The seed of weights, shuffling and dropout.
        created: When the run began, ISO 8601.
        input: What the network is given.
        network: The network.
        training: How it was trained.
        versions: The versions of what decides the numbers.
        format: The version of the settings file.
    """

    data_set: str
    seed: int
    created: str
    input: InputSettings
    network: NetworkSettings
    training: TrainingSettings
    versions: dict[str, str] = field(default_factory=installed_versions)
    format: int = FORMAT

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON types, the version of the format first."""
        values = dataclasses.asdict(self)
        return {"format": values.pop("format"), **values}


def settings_from(values: Any, path: str) -> RunSettings:
    """Read settings.

    Args:
        values: What :meth:`RunSettings.as_dict` returned, from a file.
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
    return _read(RunSettings, values, path)


def damaged_settings(path: str, fault: str) -> RunFolderError:
    """Build the error for settings that cannot be used."""
    return RunFolderError(
        f"The settings {path!r} are damaged: {fault}. Restore the file from a copy, or train again with "
        "`ranvier train`."
    )


def _read(kind: type[T], values: Mapping[str, Any], path: str, place: str = "") -> T:
    hints = get_type_hints(kind)
    parts: dict[str, Any] = {}
    for each in dataclasses.fields(kind):  # type: ignore[arg-type]
        name = f"{place}{each.name}"
        if each.name not in values:
            raise damaged_settings(path, f"`{name}` is missing")
        value, wanted = values[each.name], hints[each.name]
        if dataclasses.is_dataclass(wanted) and isinstance(value, Mapping):
            parts[each.name] = _read(wanted, value, path, f"{name}.")  # type: ignore[arg-type]
        elif _fits(value, wanted):
            parts[each.name] = tuple(value) if get_origin(wanted) is tuple else value
        else:
            raise damaged_settings(path, f"`{name}` cannot be {value!r:.80}")
    return kind(**parts)


def _fits(value: Any, wanted: Any) -> bool:
    """Tell whether a value of JSON has a type that the classes above use."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is types.UnionType:
        return any(_fits(value, argument) for argument in arguments)
    if origin is tuple:
        return isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, Mapping) and all(_fits(item, arguments[1]) for item in value.values())
    if wanted is float:
        return type(value) in (int, float)
    return type(value) is wanted
