"""Keras' description of any object as JSON types, and the object it describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from ranvier import activations, registry
from ranvier.errors import FileFormatError, UnsupportedError, unknown_name
from ranvier.losses.lookup import REGISTRY as LOSSES
from ranvier.storage.keras.objects import (
    from_keras,
    kind_of_class,
    module_of,
    registries,
    without_neutral,
)
from ranvier.variable import Variable


def serialize_keras_object(obj: Any) -> Any:
    """Describe an object by its class and configuration, numbers and texts by themselves.

    Args:
        obj: Anything with ``get_config``, a named function, an array, JSON types, or lists and dicts of these.

    Returns:
        JSON types; of an object ``{"module", "class_name", "config", "registered_name"}``.

    Raises:
        UnsupportedError: For a function without a name, or an object without ``get_config``.
    """
    if obj is None or isinstance(obj, bool | int | float | str):
        return obj
    if isinstance(obj, list | tuple):
        return type(obj)(map(serialize_keras_object, obj)) if type(obj) in (list, tuple) else list(obj)
    if isinstance(obj, Mapping):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, np.ndarray | jax.Array | Variable):
        kind = "__numpy__" if isinstance(obj, np.ndarray) else "__tensor__"
        array = np.asarray(obj)
        return {"class_name": kind, "config": {"value": array.tolist(), "dtype": str(array.dtype)}}
    if hasattr(obj, "get_config"):
        return _object(obj)
    name = registry.registered_name(obj) or getattr(obj, "__name__", None)
    if not callable(obj) or name is None or name == "<lambda>":
        raise UnsupportedError(
            "Expected an object with `get_config`, a named function, an array or JSON types, since a description "
            f"holds no code; received: {obj!r:.100}."
        )
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": name}


def _object(obj: Any) -> dict[str, Any]:
    kind = type(obj)
    own = registry.registered_name(kind)
    of_keras = kind.__module__.partition(".")[0] == "ranvier"
    return {
        "module": module_of(kind.__name__, kind_of_class(kind)) if of_keras else kind.__module__,
        "class_name": kind.__name__,
        "config": serialize_keras_object(obj.get_config()),
        "registered_name": own or (None if of_keras else kind.__name__),
    }


def deserialize_keras_object(
    config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True
) -> Any:
    """Build what :func:`serialize_keras_object` described.

    Args:
        config: The description.
        custom_objects: A user's own classes and functions by name.
        safe_mode: Must be True: code in a description is never run.

    Raises:
        UnsupportedError: If code is to be run.
        UnknownNameError: If a class or function is neither Ranvier's own nor given nor registered.
        FileFormatError: If the description makes no sense.
    """
    if safe_mode is False:
        raise UnsupportedError("Code in a description is never run; received: safe_mode=False.")
    with registry.custom_object_scope(custom_objects):
        return _built(config)


def _built(config: Any) -> Any:
    if isinstance(config, list | tuple):
        return type(config)(map(_built, config))
    if not isinstance(config, Mapping):
        return config
    name = config.get("class_name")
    if name is None or "config" not in config:
        return {key: _built(value) for key, value in config.items()}
    if not isinstance(name, str):
        raise FileFormatError(f"`class_name` must be a text; received: {name!r:.100}.")
    if name in ("__numpy__", "__tensor__"):
        array = np.asarray(from_keras(dict(config)), dtype=config["config"].get("dtype"))
        return array if name == "__numpy__" else jax.numpy.asarray(array)
    if name == "function":
        return _function(config["config"])
    return _from_table(name, from_keras(dict(config)), config.get("module"))


def _function(name: Any) -> Any:
    found = registry.custom_object(name) if isinstance(name, str) else None
    for table in (activations.REGISTRY, LOSSES):
        found = found if found is not None else table.entries.get(name)
    if found is None:
        raise unknown_name("function", name, [*activations.REGISTRY.entries, *LOSSES.entries])
    return found


def _from_table(name: str, description: Any, module: Any) -> Any:
    if not isinstance(description, Mapping):
        return description
    if isinstance(description.get("config"), dict):
        description = {**description, "config": without_neutral(name, description["config"])}
    tables = registries(module)
    registered = description.get("registered_name")
    for own in (registered, name):
        kind = registry.custom_object(own) if isinstance(own, str) else None
        if kind is not None:
            table = next((each for each in tables if each.takes(kind)), None)
            return (
                kind.from_config(dict(description["config"]))
                if table is None
                else table.deserialize(description)
            )
    for table in tables:
        if name in table.entries:
            return table.deserialize(description)
    raise unknown_name("class", name, [each for table in tables for each in table.entries])
