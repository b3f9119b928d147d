"""Keras' names for what lets a file find a user's own classes and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier import registry
from ranvier.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

register_keras_serializable = registry.register_serializable
custom_object_scope = registry.custom_object_scope
CustomObjectScope = registry.custom_object_scope


def get_custom_objects() -> dict[str, Any]:
    """Return the live table of registered objects; what is put into it is found by name from then on.

    Example:
        >>> get_custom_objects()["swish2"] = lambda x: x
    """
    return registry._registered


def get_registered_name(obj: Any) -> str:
    """Return the name a class or function was registered under, or else its own name.

    Args:
        obj: A class or function.

    Raises:
        ConfigurationError: If it is neither registered nor has a name.
    """
    name = registry.registered_name(obj) or getattr(obj, "__name__", None)
    if name is None:
        raise ConfigurationError(f"Expected a class or a function; received: {obj!r}.")
    return str(name)


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any | None:
    """Find a user's object by name.

    Args:
        name: The plain name, or ``"package>Name"``.
        custom_objects: Objects handed over for this look-up; they go first.
        module_objects: Objects to fall back on.

    Returns:
        The object, or None when the name stands for nothing.
    """
    found = registry.custom_object(name, custom_objects)
    return found if found is not None else (module_objects or {}).get(name)
