"""How a user names a part: by a string, a configuration, a class, or the thing itself.

The one way in and out for the kinds whose entries are called like functions: activations,
initializers, regularizers and constraints.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ranvier.errors import ConfigurationError
from ranvier.registry import CustomObjects, Registry, registered_name


def resolve(
    registry: Registry, identifier: Any, custom_objects: CustomObjects | None = None
) -> Callable[..., Any]:
    """Return the callable that an identifier stands for.

    Args:
        registry: The table of that kind.
        identifier: A name, a configuration made by :func:`describe`, a class to be built without
            arguments, or a callable.
        custom_objects: A user's own classes and functions by name.

    Raises:
        ConfigurationError: If it is none of these.
        UnknownNameError: If a name stands for nothing.
    """
    if isinstance(identifier, str):
        found = registry.lookup(identifier, custom_objects)
    elif isinstance(identifier, Mapping):
        found = _from_configuration(registry, identifier, custom_objects)
    else:
        found = identifier
    if inspect.isclass(found):
        found = _built(registry, found)
    if not callable(found):
        raise ConfigurationError(
            f"Expected a name, a configuration, a class or a callable as {registry.kind}; "
            f"received: {identifier!r:.200}."
        )
    return found  # type: ignore[no-any-return]


def describe(registry: Registry, entry: Any) -> str | dict[str, Any]:
    """Describe a callable so that :func:`resolve` finds it again.

    Args:
        registry: The table of its kind.
        entry: A function, or an object with ``get_config``.

    Returns:
        The name of a function of Ranvier's own; a configuration for everything else.

    Raises:
        ConfigurationError: For what has neither a name nor a configuration, such as a lambda.
    """
    own_name = registry.name_of(entry)
    if own_name is not None:
        return own_name
    if hasattr(entry, "get_config") and not inspect.isclass(entry):
        return registry.serialize(entry)
    name = registered_name(entry) or getattr(entry, "__name__", "<lambda>")
    if name == "<lambda>":
        raise ConfigurationError(
            f"This {registry.kind} has no name by which a file could find it again; received: {entry!r}. "
            "Write it as a function with `def`, or as a class with `get_config`."
        )
    return {"class_name": "function", "config": name, "registered_name": name}


def _built(registry: Registry, kind: Any) -> Any:
    """Build an object of a class that was named without arguments."""
    try:
        parameters = inspect.signature(kind).parameters
    except ValueError:  # a class of another language tells nothing
        return kind()
    needed = [
        name
        for name, parameter in parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise ConfigurationError(
            f"The {registry.kind} {kind.__name__!r} needs the argument {needed[0]!r}, so its name alone does not do. "
            f"Give an object: {kind.__name__}({', '.join(f'{name}=...' for name in needed)})."
        )
    return kind()


def _from_configuration(
    registry: Registry, configuration: Mapping[str, Any], custom_objects: CustomObjects | None
) -> Any:
    name = configuration.get("config")
    if configuration.get("class_name") == "function" and isinstance(name, str):
        return registry.lookup(name, custom_objects)
    return registry.deserialize(configuration, custom_objects)
