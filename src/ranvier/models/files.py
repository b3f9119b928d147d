"""Models to files and back."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from ranvier.errors import ConfigurationError, FileFormatError
from ranvier.layers.base import Layer
from ranvier.models.model import Model
from ranvier.registry import CustomObjects
from ranvier.storage import model_file


def save_model(
    model: Model,
    filepath: str | PathLike[str],
    overwrite: bool = True,
    include_optimizer: bool = True,
    save_format: str | None = None,
    *,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Write a model with its weights, what ``compile`` was given and the state of the optimizer.

    Its name decides the form: ``.safetensors`` is Ranvier's own, which keeps everything; ``.keras`` is what Keras 3
    reads and writes, ``.h5`` what Keras 2 did and Keras 3 still can. The file is complete or it is not there: a crash
    or a full disk leaves the file that stood in its place.

    Args:
        model: The model.
        filepath: The file; its name ends in ``.safetensors``, ``.keras``, ``.h5`` or ``.hdf5``.
        overwrite: Whether a file of that name may be replaced.
        include_optimizer: Whether training can continue from the file.
        save_format: Keras 2's name of the form, such as ``"h5"``; the name of the file must stand for the same.
        metadata: What to keep beside the model, as JSON types, such as ``{"class_names": ["cat", "dog"]}``;
            :func:`read_metadata` returns it, and a loaded model has it as ``file_metadata``. That
            attribute is written when None.

    Raises:
        ConfigurationError: If the name cannot be used.
        UnsupportedError: If the model holds something that such a file cannot, such as a ``Lambda`` layer.
        FileWriteError: If the system refuses.
    """
    if not isinstance(model, Model):
        raise ConfigurationError(f"`save_model` writes a model; received: {model!r:.100}.")
    model_file.require_format(filepath, save_format)
    model_file.write_model(
        model, filepath, overwrite=overwrite, include_optimizer=include_optimizer, metadata=metadata
    )


def load_model(
    filepath: str | PathLike[str],
    custom_objects: CustomObjects | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a model that :func:`save_model` or Keras wrote; what the file is tells its content, not its name.

    No code is run but that of Ranvier and of the classes handed over or registered.

    Args:
        filepath: The file.
        custom_objects: Your own layers, losses, metrics, functions by name; those marked with
            ``@register_keras_serializable()`` are known already.
        compile: Whether to compile the model as it was and restore the optimizer, so that ``fit``
            continues.
        safe_mode: Must be True: a file is data, and there is no way to let it run code.

    Returns:
        The model.

    Raises:
        ConfigurationError: If ``safe_mode`` is not True.
        FileFormatError: If the file is damaged, was written by another program or a newer version, or
            names something unknown.
        UnsupportedFileError: If it uses a part of Keras that Ranvier does not have.
        OSError: If the file cannot be read.
    """
    if safe_mode is not True:
        raise ConfigurationError(
            f"A model file never runs code here, so there is no unsafe mode; received: safe_mode={safe_mode!r}. Write "
            "the function of a `Lambda` layer as the `call` of a `Layer` class of your own."
        )
    return _require_model(model_file.read_model(filepath, custom_objects, compile=compile))


def read_metadata(filepath: str | PathLike[str]) -> dict[str, Any]:
    """Return the ``metadata`` that :func:`save_model` was given, without reading a weight.

    Raises:
        FileFormatError: If it is no file of a model.
    """
    return model_file.read_metadata(filepath)


def model_from_json(json_string: str, custom_objects: CustomObjects | None = None) -> Any:
    """Build the model that ``model.to_json()`` described, with new weights, not compiled.

    Args:
        json_string: The text.
        custom_objects: Your own layers by name.

    Raises:
        FileFormatError: If the text describes no model.
    """
    return _require_model(model_file.model_from_text(json_string, custom_objects))


def _require_model(layer: Layer) -> Model:
    if not isinstance(layer, Model):
        raise FileFormatError(
            f"Expected a model; received the description of a layer: {type(layer).__name__}."
        )
    return layer
