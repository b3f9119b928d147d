"""The backup of a training: everything it has changed so far, to continue from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.errors import FileFormatError
from ranvier.storage.document import Document, read_document
from ranvier.storage.model_file import read_weights, write_document
from ranvier.storage.optimizer_state import describe_state, restore_state
from ranvier.storage.tensor_reader import damaged, open_tensors
from ranvier.storage.weight_paths import weight_paths
from ranvier.storage.weights import weight_arrays


def save_backup(path: str, model: Any, *, epoch: int, step: int) -> None:
    """Write weights, the optimizer's state, iterations and learning rate, and the position.

    Args:
        path: The file.
        model: The model that is being trained.
        epoch: The epoch to continue with, counted from zero.
        step: The number of its steps already done.

    Raises:
        FileWriteError: If the system refuses.
    """
    document = Document("backup", position={"epoch": int(epoch), "step": int(step)})
    arrays = weight_arrays(model)
    if model.optimizer is not None:
        document.optimizer, slots = describe_state(model.optimizer, weight_paths(model))
        document.optimizer["scheduled"] = model.optimizer._schedule is not None
        arrays.update(slots)
    write_document(path, document, arrays)


def load_backup(path: str, model: Any) -> dict[str, int]:
    """Put everything back into a model of the same architecture.

    Args:
        path: The file.
        model: The model.

    Returns:
        ``{"epoch": ..., "step": ...}`` as saved.

    Raises:
        OSError: If the file cannot be read.
        FileFormatError: If it is damaged, or belongs to another model.
    """
    file = open_tensors(path)
    document = read_document(file)
    position = document.position
    if document.kind != "backup" or position is None:
        raise FileFormatError(f"The file {path!r} is no backup of a training, but a file of {document.kind}.")
    numbers = [position.get(name) for name in ("epoch", "step")]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise damaged(path, "it does not tell the epoch and step")
    optimizer, described = model.optimizer, document.optimizer
    if optimizer is not None and described is not None:
        restore_state(optimizer, weight_paths(model), file, document)
        rate = described.get("learning_rate")
        # A schedule decides by the iterations; a constant rate may have been lowered by a callback.
        if described.get("scheduled") is False and optimizer._schedule is None and isinstance(rate, float):
            optimizer.rate_variable.assign(np.float64(rate))
    read_weights(model, file, document)
    return {"epoch": int(position["epoch"]), "step": int(position["step"])}
