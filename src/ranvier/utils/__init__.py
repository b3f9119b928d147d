"""Helpers around training: labels, sequences, splits, files, names for saved objects.

Each name is imported when it is first used, so that ``from ranvier.utils import to_categorical``
loads neither the engine nor a drawing library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ranvier.absences import absent

if TYPE_CHECKING:
    from ranvier.backend import clear_session as clear_session
    from ranvier.random import set_random_seed as set_random_seed
    from ranvier.training.data.sequence import PyDataset as PyDataset
    from ranvier.training.data.sequence import Sequence as Sequence
    from ranvier.training.progress import Progbar as Progbar
    from ranvier.utils.batch_parts import pack_x_y_sample_weight as pack_x_y_sample_weight
    from ranvier.utils.batch_parts import unpack_x_y_sample_weight as unpack_x_y_sample_weight
    from ranvier.utils.categorical import to_categorical as to_categorical
    from ranvier.utils.custom_objects import CustomObjectScope as CustomObjectScope
    from ranvier.utils.custom_objects import custom_object_scope as custom_object_scope
    from ranvier.utils.custom_objects import get_custom_objects as get_custom_objects
    from ranvier.utils.custom_objects import get_registered_name as get_registered_name
    from ranvier.utils.custom_objects import get_registered_object as get_registered_object
    from ranvier.utils.custom_objects import register_keras_serializable as register_keras_serializable
    from ranvier.utils.files import get_file as get_file
    from ranvier.utils.network_drawing import model_to_dot as model_to_dot
    from ranvier.utils.network_drawing import plot_model as plot_model
    from ranvier.utils.normalization import normalize as normalize
    from ranvier.utils.sequences import pad_sequences as pad_sequences
    from ranvier.utils.serialization import deserialize_keras_object as deserialize_keras_object
    from ranvier.utils.serialization import serialize_keras_object as serialize_keras_object
    from ranvier.utils.sources import get_source_inputs as get_source_inputs
    from ranvier.utils.sources import is_keras_tensor as is_keras_tensor
    from ranvier.utils.splitting import split_dataset as split_dataset

_HOMES = {
    "CustomObjectScope": "ranvier.utils.custom_objects",
    "Progbar": "ranvier.training.progress",
    "PyDataset": "ranvier.training.data.sequence",
    "Sequence": "ranvier.training.data.sequence",
    "clear_session": "ranvier.backend",
    "custom_object_scope": "ranvier.utils.custom_objects",
    "deserialize_keras_object": "ranvier.utils.serialization",
    "get_custom_objects": "ranvier.utils.custom_objects",
    "get_file": "ranvier.utils.files",
    "get_registered_name": "ranvier.utils.custom_objects",
    "get_registered_object": "ranvier.utils.custom_objects",
    "get_source_inputs": "ranvier.utils.sources",
    "is_keras_tensor": "ranvier.utils.sources",
    "model_to_dot": "ranvier.utils.network_drawing",
    "normalize": "ranvier.utils.normalization",
    "pack_x_y_sample_weight": "ranvier.utils.batch_parts",
    "pad_sequences": "ranvier.utils.sequences",
    "plot_model": "ranvier.utils.network_drawing",
    "register_keras_serializable": "ranvier.utils.custom_objects",
    "serialize_keras_object": "ranvier.utils.serialization",
    "set_random_seed": "ranvier.random",
    "split_dataset": "ranvier.utils.splitting",
    "to_categorical": "ranvier.utils.categorical",
    "unpack_x_y_sample_weight": "ranvier.utils.batch_parts",
}

_FILES = "Read the files with Pillow or NumPy, and give `fit` arrays, a generator or a `PyDataset`."
_LOGGING = "Give `fit`, `evaluate` and `predict` the argument `verbose`."

_ABSENT = {
    "Config": "A dataclass or a dict does the same.",
    "FeatureSpace": "Prepare columns with pandas or scikit-learn, and give `fit` arrays.",
    "array_to_img": "`PIL.Image.fromarray` does the same.",
    "audio_dataset_from_directory": _FILES,
    "bounding_boxes": "Compute boxes with NumPy before training.",
    "disable_interactive_logging": _LOGGING,
    "enable_interactive_logging": _LOGGING,
    "image_dataset_from_directory": _FILES,
    "img_to_array": "`numpy.asarray(image)` does the same.",
    "is_interactive_logging_enabled": _LOGGING,
    "legacy": "It holds what Keras itself has given up.",
    "load_img": "`PIL.Image.open` does the same.",
    "save_img": "`PIL.Image.fromarray(array).save(path)` does the same.",
    "standardize_dtype": "`str(numpy.dtype(dtype))` does the same.",
    "text_dataset_from_directory": _FILES,
    "timeseries_dataset_from_array": "`numpy.lib.stride_tricks.sliding_window_view` makes the windows.",
}
"""Names of Keras that are not here, with what to do instead."""

__all__ = sorted(_HOMES)

_missing = absent(__name__, __all__, _ABSENT)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        return _missing(name)
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
