"""Helpers around training: labels, sequences, splits, files, names for saved objects.

Each name is imported when it is first used, so that ``from ranvier.utils import to_categorical``
loads neither the engine nor a drawing library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ranvier.random import set_random_seed as set_random_seed
    from ranvier.utils.categorical import to_categorical as to_categorical
    from ranvier.utils.custom_objects import CustomObjectScope as CustomObjectScope
    from ranvier.utils.custom_objects import custom_object_scope as custom_object_scope
    from ranvier.utils.custom_objects import get_custom_objects as get_custom_objects
    from ranvier.utils.custom_objects import get_registered_name as get_registered_name
    from ranvier.utils.custom_objects import get_registered_object as get_registered_object
    from ranvier.utils.custom_objects import register_keras_serializable as register_keras_serializable
    from ranvier.utils.files import get_file as get_file
    from ranvier.utils.normalization import normalize as normalize
    from ranvier.utils.sequences import pad_sequences as pad_sequences
    from ranvier.utils.splitting import split_dataset as split_dataset

_HOMES = {
    "CustomObjectScope": "ranvier.utils.custom_objects",
    "custom_object_scope": "ranvier.utils.custom_objects",
    "get_custom_objects": "ranvier.utils.custom_objects",
    "get_file": "ranvier.utils.files",
    "get_registered_name": "ranvier.utils.custom_objects",
    "get_registered_object": "ranvier.utils.custom_objects",
    "normalize": "ranvier.utils.normalization",
    "pad_sequences": "ranvier.utils.sequences",
    "register_keras_serializable": "ranvier.utils.custom_objects",
    "set_random_seed": "ranvier.random",
    "split_dataset": "ranvier.utils.splitting",
    "to_categorical": "ranvier.utils.categorical",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
