"""The backup of a training: everything it has changed so far, to continue from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError
from ranvier.optimizers.options import OPTION_NAMES
from ranvier.storage.document import Document, read_document
from ranvier.storage.model_file import read_weights, write_document
from ranvier.storage.optimizer_state import describe_state, restore_state
from ranvier.storage.state_values import joined_state, split_state
from ranvier.storage.tensor_reader import TensorFile, damaged, open_tensors
from ranvier.storage.weight_paths import weight_paths
from ranvier.storage.weights import read_arrays, weight_arrays


@dataclass(frozen=True)
class Backup:
    """A backup that was read and found whole.

    Attributes:
        epoch: The epoch to continue with, counted from zero.
        step: The number of its steps already done.
        state: What the training and its callbacks remember.
        file: The header of the file.
        document: Its configuration.
    """

    epoch: int
    step: int
    state: Mapping[str, Any]
    file: TensorFile
    document: Document

    def restore(self, model: Any) -> None:
        """Put weights and the state of the optimizer back into a model of the same architecture.

        Raises:
            OSError: If the file cannot be read any more.
            FileFormatError: If it belongs to another model.
        """
        if model.optimizer is not None and self.document.optimizer is not None:
            restore_state(model.optimizer, weight_paths(model), self.file, self.document)
            _restore_settings(model.optimizer, self.document.optimizer)
        read_weights(model, self.file, self.document)


def save_backup(
    path: str, model: Any, *, epoch: int, step: int, state: Mapping[str, Any] | None = None
) -> None:
    """Write weights, the optimizer with its state, and the position.

    Args:
        path: The file.
        model: The model that is being trained.
        epoch: The epoch to continue with, counted from zero.
        step: The number of its steps already done.
        state: What the training and its callbacks remember, as :func:`split_state` takes it.

    Raises:
        FileWriteError: If the system refuses.
        UnsupportedError: If ``state`` holds something that a file cannot.
    """
    described, remembered = split_state(dict(state or {}))
    document = Document(
        "backup", position={"epoch": int(epoch), "step": int(step)}, state={"values": described}
    )
    arrays = {**weight_arrays(model), **remembered}
    if model.optimizer is not None:
        document.optimizer, slots = describe_state(model.optimizer, weight_paths(model))
        document.optimizer.update(_settings(model.optimizer))
        arrays.update(slots)
    write_document(path, document, arrays)


def read_backup(path: str) -> Backup:
    """Read a backup and check all of it, before anything is changed by it.

    Args:
        path: The file.

    Raises:
        OSError: If the file cannot be read.
        FileFormatError: If it is damaged, or no backup.
    """
    file = open_tensors(path)
    document = read_document(file)
    position = document.position
    if document.kind != "backup" or position is None:
        raise FileFormatError(f"The file {path!r} is no backup of a training, but a file of {document.kind}.")
    numbers = [position.get(name) for name in ("epoch", "step")]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise damaged(path, "it does not tell the epoch and step")
    try:
        state = joined_state(
            (document.state or {}).get("values", {"items": []}),
            read_arrays(file, document, list(file.entries)),
        )
        if not isinstance(state, dict):
            raise TypeError("it is no table")
    except (LookupError, TypeError, ValueError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise damaged(path, f"what the training remembers makes no sense ({error!s:.200})") from error
    return Backup(int(position["epoch"]), int(position["step"]), state, file, document)


def _settings(optimizer: Any) -> dict[str, Any]:
    """Return what callbacks may have changed in an optimizer beside its state."""
    names = (*OPTION_NAMES, *optimizer.hyperparameters)
    return {
        "scheduled": optimizer._schedule is not None,
        "settings": {
            name: value for name in names if type(value := getattr(optimizer, name, None)) in (int, float)
        },
    }


def _restore_settings(optimizer: Any, described: Mapping[str, Any]) -> None:
    rate = described.get("learning_rate")
    # A schedule decides by the iterations; a constant rate may have been set by a callback.
    if described.get("scheduled") is False and isinstance(rate, float):
        if optimizer._schedule is not None:
            optimizer.learning_rate = rate
        optimizer.rate_variable.assign(np.float64(rate))
    settings = described.get("settings")
    for name, value in settings.items() if isinstance(settings, dict) else ():
        known = name in (*OPTION_NAMES, *optimizer.hyperparameters)
        if known and type(value) in (int, float) and type(getattr(optimizer, name, None)) in (int, float):
            setattr(optimizer, name, value)
