"""A model in a ``.keras`` file: configuration, weights and what the optimizer remembers."""

from __future__ import annotations

import re
import shutil
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ranvier.layers.base import Layer
from ranvier.networks.description import describe_layer
from ranvier.registry import CustomObjects, custom_object_scope
from ranvier.storage.atomic import replacing
from ranvier.storage.keras.archive import CONFIGURATION, METADATA, WEIGHTS, open_archive
from ranvier.storage.keras.building import built_model, compile_model
from ranvier.storage.keras.compilation import described_compilation, keras_compilation
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.keras.hdf5_writer import write_groups, written_hdf5
from ranvier.storage.keras.metadata import OWN, as_json, own_table, restore_own, user_metadata
from ranvier.storage.keras.optimizer_layout import arrays_of
from ranvier.storage.keras.optimizer_state import restore_optimizer
from ranvier.storage.keras.reading import Translation
from ranvier.storage.keras.weights import assign, check_weights, weight_groups
from ranvier.storage.keras.writing import KerasTranslation
from ranvier.storage.tensor_reader import damaged
from ranvier.types import Configuration

KERAS_VERSION = "3.15.0"
"""The version of Keras whose files are written."""

OPTIMIZER = "optimizer/vars"


def write_archive(model: Any, path: str, *, include_optimizer: bool, metadata: Mapping[str, Any]) -> None:
    """Write a model as Keras does.

    Args:
        model: The model.
        path: The file.
        include_optimizer: Whether training can continue from the file.
        metadata: What to keep beside the model, as JSON types.

    Raises:
        UnsupportedError: If Keras' form cannot hold a part of it.
        FileWriteError: If the system refuses.
    """
    config = keras_configuration(model)
    groups, arrays = weight_groups(model)
    trained = include_optimizer and model._setup is not None
    if trained:
        config["compile_config"] = keras_compilation(model._setup)
        if model.built:
            groups[OPTIMIZER] = model.optimizer.name
            values = arrays_of(model.optimizer, list(model.trainable_variables))
            arrays.update({f"{OPTIMIZER}/{index}": value for index, value in enumerate(values)})
    own = own_table(model, metadata, trained=trained)
    texts = {
        METADATA: as_json(
            {
                "keras_version": KERAS_VERSION,
                "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S"),
                **({OWN: own} if own else {}),
            }
        ),
        CONFIGURATION: as_json(config),
    }
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        with (
            written_hdf5(Path(path).parent, lambda opened: write_groups(opened, groups, arrays)) as content,
            archive.open(WEIGHTS, "w", force_zip64=True) as member,
        ):
            shutil.copyfileobj(content, member, 2**20)


def keras_configuration(model: Any, *, older: bool = False) -> Configuration:
    """Describe a model as Keras does, without what ``compile`` was given."""
    return KerasTranslation(older=older).layer(describe_layer(model))


def read_archive(path: str, custom_objects: CustomObjects | None, *, compile: bool) -> Layer:
    """Read a model that Keras, or :func:`write_archive`, wrote.

    Args:
        path: The file.
        custom_objects: A user's own classes and functions by name.
        compile: Whether to compile the model as it was and restore the optimizer.

    Raises:
        FileFormatError: If the file is damaged, or names something unknown.
        UnsupportedFileError: If it uses a part of Keras that Ranvier does not have.
    """
    with open_archive(path) as archive, custom_object_scope(custom_objects or {}):
        metadata = archive.table(METADATA)
        config = archive.table(CONFIGURATION)
        old = str(metadata.get("keras_version", "3")).startswith("2")
        with (
            archive.weights() as file,
            built_model(path, file, lambda: Translation(old=old).layer(config)) as model,
        ):
            if model.built:
                assign(file, check_weights(model, file))
            training = described_compilation(path, config.get("compile_config")) if compile else None
            if training is not None:
                compile_model(path, model, training)
                if model.built:
                    restore_optimizer(model, file, optimizer_arrays(file))
            restore_own(model, metadata.get(OWN, {}), path)
            found: Layer = model
        return found


def optimizer_arrays(file: Hdf5File) -> list[str]:
    """List the arrays of the optimizer in order."""
    numbered = {}
    for path in file.entries:
        matched = re.fullmatch(rf"{OPTIMIZER}/(\d{{1,6}})", path.replace("\\", "/"))
        if matched is not None:
            numbered[int(matched.group(1))] = path
    if sorted(numbered) != list(range(len(numbered))):
        raise damaged(file.path, "an array of the optimizer is missing")
    return [numbered[index] for index in range(len(numbered))]


def load_archive_weights(model: Any, path: str, *, skip_mismatch: bool) -> None:
    """Read the weights of a ``.keras`` file into a model that is there."""
    with open_archive(path) as archive, archive.weights() as file:
        assign(file, check_weights(model, file, skip_mismatch=skip_mismatch))


def archive_metadata(path: str) -> dict[str, Any]:
    """Return what :func:`write_archive` was given as ``metadata``."""
    with open_archive(path) as archive:
        return user_metadata(archive.table(METADATA).get(OWN))
