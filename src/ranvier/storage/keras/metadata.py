"""Texts in JSON beside the arrays of an HDF5 file, and what Ranvier keeps there for the user."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ranvier.errors import UnsupportedError
from ranvier.storage.json_text import read_json
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.tensor_reader import damaged

OWN = "ranvier"
"""The name under which Keras' files keep what only Ranvier reads."""


def as_json(content: Any) -> str:
    """Turn JSON types into a text.

    Raises:
        UnsupportedError: If something else is among them.
    """
    try:
        return json.dumps(content)
    except (TypeError, ValueError, RecursionError) as error:
        raise UnsupportedError(
            f"A file holds numbers, texts, lists and dicts with texts as keys beside its arrays; received something "
            f"else: {error!s:.200}. Look at the `get_config` of your own classes, and at `metadata`."
        ) from error


def attribute_table(file: Hdf5File, name: str) -> dict[str, Any]:
    """Read an attribute of the file itself that is a table in JSON.

    Raises:
        FileFormatError: If it is none.
    """
    text = file.attributes.get("", {}).get(name)
    if not isinstance(text, str):
        raise damaged(file.path, f"its {name!r} is no text")
    try:
        content = read_json(text)
    except ValueError as error:
        raise damaged(file.path, f"its {name!r} cannot be read ({error!s:.200})") from error
    if not isinstance(content, dict):
        raise damaged(file.path, f"its {name!r} is no table")
    return content


def own_table(model: Any, metadata: Mapping[str, Any], *, trained: bool = False) -> dict[str, Any]:
    """Return what only Ranvier reads; empty where there is nothing.

    Args:
        model: The model.
        metadata: What the user had to add.
        trained: Whether the optimizer is written too: Keras has no place for the weights it does not let decay.
    """
    table: dict[str, Any] = {"metadata": dict(metadata)} if metadata else {}
    if trained:
        decays = model.optimizer.decay_mask(model.trainable_variables)
        undecayed = [index for index, decayed in enumerate(decays) if not decayed]
        if undecayed:
            table["undecayed"] = undecayed
    return table


def restore_own(model: Any, table: Any, path: str) -> None:
    """Put back what :func:`own_table` returned.

    Raises:
        FileFormatError: If it makes no sense.
    """
    if not isinstance(table, dict):
        raise damaged(path, f"its {OWN!r} is no table")
    metadata, undecayed = table.get("metadata", {}), table.get("undecayed", [])
    if not isinstance(metadata, dict) or not isinstance(undecayed, list):
        raise damaged(path, f"its {OWN!r} makes no sense")
    if hasattr(model, "file_metadata"):
        model.file_metadata = metadata
    if not undecayed or getattr(model, "optimizer", None) is None:
        return
    parameters = list(model.trainable_variables)
    if not all(type(index) is int and 0 <= index < len(parameters) for index in undecayed):
        raise damaged(path, "it names weights that do not decay, which the model does not have")
    model.optimizer.exclude_from_weight_decay(var_list=[parameters[index] for index in set(undecayed)])


def write_own(opened: Any, table: Mapping[str, Any]) -> None:
    """Keep what only Ranvier reads beside the arrays, where there is anything."""
    if table:
        opened.attrs[OWN] = as_json(dict(table)).encode()


def own_attribute(file: Hdf5File) -> dict[str, Any]:
    """Return what :func:`write_own` was given."""
    return attribute_table(file, OWN) if OWN in file.attributes.get("", {}) else {}


def user_metadata(table: Any) -> dict[str, Any]:
    """Return what the user had to add."""
    metadata = table.get("metadata") if isinstance(table, dict) else None
    return metadata if isinstance(metadata, dict) else {}
