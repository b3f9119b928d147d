"""A whole model in an HDF5 file, the form of Keras 2 (``.h5``) that Keras 3 still reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.layers.base import Layer
from ranvier.registry import CustomObjects, custom_object_scope
from ranvier.storage.keras.building import built_model, compile_model
from ranvier.storage.keras.compilation import described_compilation, keras_compilation, plain_metrics
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.keras.hdf5_writer import put_hdf5
from ranvier.storage.keras.metadata import (
    as_json,
    attribute_table,
    own_attribute,
    own_table,
    restore_own,
    write_own,
)
from ranvier.storage.keras.model_archive import KERAS_VERSION, keras_configuration
from ranvier.storage.keras.older_optimizers import in_new_order
from ranvier.storage.keras.older_weights import (
    load_older_weights,
    paths_of,
    write_arrays,
    write_older_weights,
)
from ranvier.storage.keras.optimizer_layout import arrays_of, slots_of
from ranvier.storage.keras.optimizer_state import restore_optimizer
from ranvier.storage.keras.reading import Translation
from ranvier.types import Configuration

MODEL, TRAINING, LAYERS = "model_config", "training_config", "layer_names"
WEIGHTS, OPTIMIZER = "model_weights", "optimizer_weights"


def is_older_model(file: Hdf5File) -> bool:
    """Tell whether an HDF5 file holds a model in this form."""
    return MODEL in file.attributes.get("", {})


def weights_group(file: Hdf5File) -> str | None:
    """Return the group that lists layers in the manner of Keras 2, or None where there is none."""
    for group in ("", WEIGHTS):
        attributes = file.attributes.get(group, {})
        if LAYERS in attributes or f"{LAYERS}0" in attributes:
            return group
    return None


def write_older_model(model: Any, path: str, *, include_optimizer: bool, metadata: Mapping[str, Any]) -> None:
    """Write a model in this form.

    Args:
        model: The model.
        path: The file.
        include_optimizer: Whether training can continue from the file.
        metadata: What to keep beside the model, as JSON types.

    Raises:
        UnsupportedError: If this form cannot hold a part of it.
        FileWriteError: If the system refuses.
    """
    if model.graph is None and not hasattr(model, "add"):
        raise UnsupportedError(
            f"Keras' older files (.h5) cannot hold the model {model.name!r}, whose layers only the code of its class "
            f"{type(model).__name__} knows. Save it as `.keras`, or its weights with `save_weights`."
        )
    attributes = {
        "keras_version": KERAS_VERSION,
        "backend": "jax",
        MODEL: as_json(keras_configuration(model, older=True)).encode(),
    }
    trained = include_optimizer and model._setup is not None
    if trained:
        attributes[TRAINING] = as_json(_training(model)).encode()

    def write(opened: Any) -> None:
        for name, value in attributes.items():
            opened.attrs[name] = value
        write_own(opened, own_table(model, metadata, trained=trained))
        group = opened.create_group(WEIGHTS)
        group.attrs["keras_version"] = KERAS_VERSION
        write_older_weights(group, model)
        if trained and model.built:
            write_arrays(opened.create_group(OPTIMIZER), _optimizer_arrays(model))

    put_hdf5(path, write)


def write_older_weight_file(model: Any, path: str, metadata: Mapping[str, Any]) -> None:
    """Write the weights of a model alone in this form, as Keras 2 does under ``.h5``.

    Args:
        model: The model.
        path: The file.
        metadata: What to keep beside the weights, as JSON types.

    Raises:
        FileWriteError: If the system refuses.
    """

    def write(opened: Any) -> None:
        opened.attrs["keras_version"] = KERAS_VERSION
        write_own(opened, own_table(model, metadata))
        write_older_weights(opened, model)

    put_hdf5(path, write)


def _training(model: Any) -> Configuration:
    described = keras_compilation(model._setup, older=True)
    optimizer = described.pop("optimizer")
    name = optimizer["registered_name"] or optimizer["class_name"]
    return {**described, "optimizer_config": {"class_name": name, "config": optimizer["config"]}}


def _optimizer_arrays(model: Any) -> dict[str, np.ndarray[Any, Any]]:
    optimizer, parameters = model.optimizer, list(model.trainable_variables)
    state = optimizer.read_state() if optimizer.built else optimizer.init(parameters)
    slots = slots_of(optimizer, state, optimizer.model_variables if optimizer.built else parameters)
    arrays = arrays_of(optimizer, parameters)
    return {
        f"{optimizer.name}/{slot.name}_{number}": array
        for number, (slot, array) in enumerate(zip(slots, arrays, strict=True))
    }


def read_older_model(file: Hdf5File, custom_objects: CustomObjects | None, *, compile: bool) -> Layer:
    """Read a model in this form.

    Args:
        file: The file.
        custom_objects: A user's own classes and functions by name.
        compile: Whether to compile the model as it was and restore the optimizer.

    Raises:
        FileFormatError: If the file is damaged, or names something unknown.
        UnsupportedFileError: If it uses a part of Keras that Ranvier does not have.
    """
    version = str(file.attributes[""].get("keras_version", "2"))
    config = attribute_table(file, MODEL)
    old = version.startswith(("1", "2"))
    with (
        custom_object_scope(custom_objects or {}),
        built_model(file.path, file, lambda: Translation(old=old, version=version).layer(config)) as model,
    ):
        if not hasattr(model, "layers"):
            raise FileFormatError(f"The file {file.path!r} describes {model!r:.100}, which is no model.")
        if model.built and WEIGHTS in file.groups:
            load_older_weights(model, file, WEIGHTS)
        training = attribute_table(file, TRAINING) if compile and TRAINING in file.attributes[""] else None
        if training:
            described = described_compilation(
                file.path, {**training, "optimizer": training.get("optimizer_config")}
            )
            assert described is not None
            if old:
                for kind in ("metrics", "weighted_metrics"):
                    described[kind] = plain_metrics(described[kind], getattr(model, "output_names", ()))
            compile_model(file.path, model, described)
            if model.built and OPTIMIZER in file.groups:
                paths = paths_of(file, OPTIMIZER)
                kind, amsgrad = type(model.optimizer).__name__, getattr(model.optimizer, "amsgrad", False)
                restore_optimizer(model, file, in_new_order(kind, paths, amsgrad=amsgrad))
        restore_own(model, own_attribute(file), file.path)
        found: Layer = model
    return found
