"""A model, its weights and its training state in one file: in which form, its name says when it is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ranvier.errors import (
    ConfigurationError,
    FileFormatError,
    MissingFileError,
    NotBuiltError,
    RanvierError,
    UnsupportedError,
    UnsupportedFileError,
)
from ranvier.layers.base import Layer
from ranvier.networks.description import build_layer, building, describe_layer, require_few_layers
from ranvier.registry import CustomObjects
from ranvier.storage.blank_weights import BlankWeights
from ranvier.storage.compilation import compile_arguments, describe_compilation
from ranvier.storage.document import Document, read_document
from ranvier.storage.json_text import read_json
from ranvier.storage.keras import archive as keras_archive
from ranvier.storage.keras.hdf5.reader import SIGNATURE as HDF5
from ranvier.storage.keras.metadata import own_attribute, user_metadata
from ranvier.storage.keras.model_archive import (
    archive_metadata,
    load_archive_weights,
    read_archive,
    write_archive,
)
from ranvier.storage.keras.older_file import (
    is_older_model,
    read_older_model,
    weights_group,
    write_older_model,
    write_older_weight_file,
)
from ranvier.storage.keras.older_weights import load_older_weights
from ranvier.storage.keras.weight_file import open_hdf5, write_weight_file
from ranvier.storage.keras.weights import read_weights as read_keras_weights
from ranvier.storage.optimizer_state import describe_state, restore_state
from ranvier.storage.tensor_format import checksum
from ranvier.storage.tensor_reader import TensorFile, damaged, open_tensors, require_file
from ranvier.storage.tensor_writer import write_tensors
from ranvier.storage.weight_paths import weight_paths
from ranvier.storage.weights import PREFIX, assign_weights, check_fit, read_arrays, weight_arrays

NATIVE, ARCHIVE, OLDER, WEIGHTS = ".safetensors", ".keras", (".h5", ".hdf5"), ".weights.h5"

SUFFIXES = (NATIVE, ARCHIVE, *OLDER)
"""The endings of names under which a model is written: Ranvier's own form, Keras 3's, Keras 2's."""

WEIGHT_SUFFIXES = (NATIVE, WEIGHTS, *OLDER)
"""Those under which weights are written."""

FilePath = str | os.PathLike[str]


_FORMATS = {
    "keras": (ARCHIVE,),
    "keras_v3": (ARCHIVE,),
    "h5": (*OLDER, WEIGHTS),
    "hdf5": (*OLDER, WEIGHTS),
    "safetensors": (NATIVE,),
}
"""Keras 2's names of forms, with the ends of names that stand for them."""


def require_format(path: FilePath, save_format: str | None) -> None:
    """Refuse a form that is not the one that the name of the file stands for.

    Args:
        path: The file.
        save_format: Keras 2's name of the form, or None.

    Raises:
        UnsupportedError: For TensorFlow's form.
        ConfigurationError: If the form is unknown, or the name of the file stands for another.
    """
    if save_format is None:
        return
    if save_format == "tf":
        raise UnsupportedError(
            "A SavedModel is a program of TensorFlow, which is not written here; received: save_format='tf'. Use a "
            "name that ends in .keras, or `model.export`."
        )
    ends = _FORMATS.get(save_format)
    if ends is None or not os.fspath(path).endswith(ends):
        known = ", ".join(f"{name!r} for {'/'.join(each)}" for name, each in _FORMATS.items())
        raise ConfigurationError(
            f"The name of a file decides its form, and `save_format` must agree ({known}); received: "
            f"{os.fspath(path)!r}, save_format={save_format!r}."
        )


def write_model(
    model: Any,
    path: FilePath,
    *,
    overwrite: bool = True,
    include_optimizer: bool = True,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Write a model; see :func:`ranvier.models.save_model`."""
    target = _checked_path(path, overwrite=overwrite)
    kept = model.file_metadata if metadata is None else metadata
    if not isinstance(kept, Mapping):
        raise ConfigurationError(
            f"`metadata` must be a dict of JSON types, such as {{'class_names': [...]}}; received: {kept!r:.100}."
        )
    if target.endswith(ARCHIVE):
        write_archive(model, target, include_optimizer=include_optimizer, metadata=kept)
        return
    if target.endswith(OLDER):
        write_older_model(model, target, include_optimizer=include_optimizer, metadata=kept)
        return
    document = Document("model", model=describe_layer(model), metadata=dict(kept))
    arrays = weight_arrays(model)
    if include_optimizer and model._setup is not None:
        document.compile = describe_compilation(model._setup)
        document.optimizer, slots = describe_state(model.optimizer, weight_paths(model))
        arrays.update(slots)
    write_document(target, document, arrays)


def write_weights(
    model: Any, path: FilePath, *, overwrite: bool = True, metadata: Mapping[str, Any] | None = None
) -> None:
    """Write the weights of a model; see :meth:`ranvier.models.Model.save_weights`."""
    target = _checked_path(path, overwrite=overwrite, suffixes=WEIGHT_SUFFIXES)
    _require_built(model, "save")
    if not target.endswith(NATIVE):
        write = write_weight_file if target.endswith(WEIGHTS) else write_older_weight_file
        write(model, target, metadata or {})
        return
    write_document(target, Document("weights", metadata=dict(metadata or {})), weight_arrays(model))


def write_document(path: str, document: Document, arrays: Mapping[str, Any]) -> None:
    """Write a file with the checksums of its arrays."""
    document.checksums = {name: checksum(array) for name, array in arrays.items()}
    write_tensors(path, arrays, document.texts())


def read_model(path: FilePath, custom_objects: CustomObjects | None = None, *, compile: bool = True) -> Layer:
    """Read a model, in whatever form its content is; see :func:`ranvier.models.load_model`."""
    name, beginning = os.fspath(path), _beginning(path)
    if beginning.startswith(keras_archive.SIGNATURE):
        with _of_another_program(name):
            return read_archive(name, custom_objects, compile=compile)
    if beginning.startswith(HDF5):
        with _of_another_program(name), open_hdf5(name) as opened:
            if not is_older_model(opened):
                raise _without_model(name)
            return read_older_model(opened, custom_objects, compile=compile)
    file = open_tensors(path)
    document = read_document(file)
    if document.model is None:
        raise _without_model(file.path)
    blank = BlankWeights(file.path, file.entries)
    try:
        require_few_layers(document.model)
        with blank.in_place(), building(custom_objects, blank.prepare):
            model = build_layer(document.model)
            read_weights(model, file, document)
            if compile and document.compile is not None:
                _restore_training(model, file, document)
            if hasattr(model, "file_metadata"):
                model.file_metadata = document.metadata
    except (RecursionError, MemoryError) as error:
        raise FileFormatError(
            f"The configuration in {file.path!r} is nested too deeply, or asks for too much memory."
        ) from error
    return model


def _beginning(path: FilePath) -> bytes:
    name = os.fspath(path)
    try:
        require_file(name)
        with Path(path).open("rb") as file:
            return file.read(len(HDF5))
    except FileNotFoundError as error:
        raise MissingFileError(
            f"Expected the file of a model; there is none of the name {name!r}. Paths begin at {str(Path.cwd())!r}."
        ) from error


@contextmanager
def _of_another_program(path: str) -> Iterator[None]:
    """Let whatever a file of Keras asks for in vain be one kind of error."""
    try:
        yield
    except UnsupportedError as error:
        raise UnsupportedFileError(str(error)) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, RanvierError):
            raise
        # It says one thing where another belongs, which is found out when that is used.
        raise damaged(path, f"it makes no sense ({type(error).__name__}: {error!s:.300})") from error


def _without_model(path: str) -> FileFormatError:
    return FileFormatError(
        f"The file {path!r} holds weights without the model they belong to. Build the model, then call "
        "`model.load_weights` on the file."
    )


def _restore_training(model: Any, file: TensorFile, document: Document) -> None:
    assert document.compile is not None
    if not hasattr(model, "compile"):
        raise FileFormatError(f"The file {file.path!r} compiles {model!r:.100}, which is no model.")
    arguments = compile_arguments(file.path, document.compile)
    try:
        model.compile(**arguments)
    except RanvierError as error:
        raise FileFormatError(
            f"What `compile` was given cannot be used again from {file.path!r}: {error!s:.500}"
        ) from error
    restore_state(model.optimizer, weight_paths(model), file, document)


def load_weights(model: Any, path: FilePath, *, skip_mismatch: bool = False) -> None:
    """Read weights into a model; see :meth:`ranvier.models.Model.load_weights`."""
    name, beginning = os.fspath(path), _beginning(path)
    if beginning.startswith((keras_archive.SIGNATURE, HDF5)):
        _require_built(model, "load")
        with _of_another_program(name):
            _load_keras_weights(model, name, beginning, skip_mismatch=skip_mismatch)
        return
    file = open_tensors(path)
    document = read_document(file)
    _require_built(model, "load")
    read_weights(model, file, document, skip_mismatch=skip_mismatch)


def _load_keras_weights(model: Any, path: str, beginning: bytes, *, skip_mismatch: bool) -> None:
    if beginning.startswith(keras_archive.SIGNATURE):
        load_archive_weights(model, path, skip_mismatch=skip_mismatch)
        return
    with open_hdf5(path) as file:
        group = weights_group(file)
        if group is None:
            read_keras_weights(model, file, skip_mismatch=skip_mismatch)
        else:
            load_older_weights(model, file, group, skip_mismatch=skip_mismatch)


def read_weights(model: Layer, file: TensorFile, document: Document, *, skip_mismatch: bool = False) -> None:
    """Read the weights of a file into a network: all of them, or none if anything is wrong.

    Args:
        model: The network.
        file: The header of the file.
        document: Its configuration.
        skip_mismatch: Whether weights that do not fit are left out with a warning.

    Raises:
        FileFormatError: If they do not fit, or are damaged.
    """
    variables = weight_paths(model)
    paths = check_fit(file, variables, skip_mismatch=skip_mismatch)
    arrays = read_arrays(file, document, [f"{PREFIX}{path}" for path in paths])
    assign_weights(file, variables, arrays, paths)


def read_kind(path: FilePath) -> str:
    """Return what a native file holds, such as ``"model"`` or ``"estimator"``, without reading any array."""
    return read_document(open_tensors(path)).kind


def read_metadata(path: FilePath) -> dict[str, Any]:
    """Return what :func:`write_model` was given as ``metadata``, without reading any array."""
    beginning = _beginning(path)
    if beginning.startswith(keras_archive.SIGNATURE):
        return archive_metadata(os.fspath(path))
    if beginning.startswith(HDF5):
        with open_hdf5(os.fspath(path)) as file:
            return user_metadata(own_attribute(file))
    return read_document(open_tensors(path)).metadata


def model_text(model: Layer, **options: Any) -> str:
    """Describe a model in JSON.

    Args:
        model: The model.
        **options: Of ``json.dumps``, such as ``indent``.
    """
    return json.dumps(describe_layer(model), **options)


def model_from_text(text: str, custom_objects: CustomObjects | None = None) -> Layer:
    """Build the model that :func:`model_text` described, with new weights.

    Raises:
        FileFormatError: If the text describes none.
    """
    try:
        described = read_json(text)
        require_few_layers(described)
        return build_layer(described, custom_objects)
    except FileFormatError:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        raise FileFormatError(
            f"Expected the text that `to_json` returned; received: {text!r:.100} ({error})."
        ) from error


def _checked_path(path: FilePath, *, overwrite: bool, suffixes: tuple[str, ...] = SUFFIXES) -> str:
    name = os.fspath(path)
    if not name.endswith(suffixes):
        what = "a model file" if suffixes is SUFFIXES else "a file of weights"
        raise ConfigurationError(
            f"The name of {what} must end in one of {', '.join(suffixes)}; received: {name!r}. "
            f"Write {name + '.safetensors'!r}."
        )
    if Path(name).is_dir():
        raise ConfigurationError(f"A model is written to a file; received the existing folder: {name!r}.")
    if not overwrite and Path(name).exists():
        raise ConfigurationError(
            f"The file {name!r} exists already; received: overwrite=False. Choose another name, or overwrite it."
        )
    return name


def _require_built(model: Any, purpose: str) -> None:
    if not model.built or any(not layer.built for layer in model.sublayers()):
        raise NotBuiltError(
            f"The model {model.name!r} has no weights to {purpose} yet, because its input shape is not known. Give it "
            "an `Input`, call it on data, or `build(input_shape)` it first."
        )
