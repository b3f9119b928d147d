"""Keras' names around files: models, and a user's own classes and functions in them.

Each name is imported when it is first used, so that marking a class with
``@register_keras_serializable()`` loads nothing heavy.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "CustomObjectScope": "ranvier.utils.custom_objects",
    "custom_object_scope": "ranvier.utils.custom_objects",
    "deserialize_keras_object": "ranvier.utils.serialization",
    "get_custom_objects": "ranvier.utils.custom_objects",
    "get_registered_name": "ranvier.utils.custom_objects",
    "get_registered_object": "ranvier.utils.custom_objects",
    "load_model": "ranvier.models",
    "register_keras_serializable": "ranvier.utils.custom_objects",
    "save_model": "ranvier.models",
    "serialize_keras_object": "ranvier.utils.serialization",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
