"""Keras' names around files: models, and a user's own classes and functions in them.

Each name is imported when it is first used, so that marking a class with
``@register_keras_serializable()`` loads nothing heavy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ranvier.models import load_model as load_model
    from ranvier.models import save_model as save_model
    from ranvier.utils.custom_objects import CustomObjectScope as CustomObjectScope
    from ranvier.utils.custom_objects import custom_object_scope as custom_object_scope
    from ranvier.utils.custom_objects import get_custom_objects as get_custom_objects
    from ranvier.utils.custom_objects import get_registered_name as get_registered_name
    from ranvier.utils.custom_objects import get_registered_object as get_registered_object
    from ranvier.utils.custom_objects import register_keras_serializable as register_keras_serializable

_HOMES = {
    "CustomObjectScope": "ranvier.utils.custom_objects",
    "custom_object_scope": "ranvier.utils.custom_objects",
    "get_custom_objects": "ranvier.utils.custom_objects",
    "get_registered_name": "ranvier.utils.custom_objects",
    "get_registered_object": "ranvier.utils.custom_objects",
    "load_model": "ranvier.models",
    "register_keras_serializable": "ranvier.utils.custom_objects",
    "save_model": "ranvier.models",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
