"""The constructor of a layer read as data: its configuration for files, its structure for caches."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier import activations
from ranvier.errors import UnsupportedError
from ranvier.registry import registered_name
from ranvier.types import Configuration


@functools.cache
def constructor_parameters(kind: type[Any]) -> tuple[str, ...]:
    """List the named arguments of a class, its own first, then those handed on by ``**kwargs``.

    Args:
        kind: A class whose ``__init__`` may end in ``**kwargs`` for its base.
    """
    names: dict[str, None] = {}
    for ancestor in kind.__mro__:
        if "__init__" not in vars(ancestor) or ancestor is object:
            continue
        parameters = list(inspect.signature(ancestor.__init__).parameters.values())[1:]
        named = (p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        names.update(dict.fromkeys(named))
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    for described_elsewhere in ("input_shape", "input_dim", "batch_input_shape"):
        names.pop(described_elsewhere, None)
    return tuple(names)


def configuration_of(instance: Any) -> Configuration:
    """Return the keyword arguments that build an equal object.

    A class of Ranvier's own keeps every constructor argument as an attribute of the same name, so
    the whole configuration is read from there. For a user's class only the arguments of the base
    are known; its ``get_config`` adds its own, as in Keras.

    Args:
        instance: A layer.

    Returns:
        JSON-ready values by argument name.
    """
    kind = type(instance)
    if kind.__module__.partition(".")[0] != "ranvier":
        kind = next(base for base in kind.__mro__ if base.__module__.partition(".")[0] == "ranvier")
    names = constructor_parameters(kind)
    configuration = {name: serialized(getattr(instance, name)) for name in names}
    if configuration.get("activity_regularizer", 0) is None:
        del configuration["activity_regularizer"]
    return configuration


def serialized(value: Any) -> Any:
    """Turn an argument into JSON types: objects by class and configuration, functions by name."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [serialized(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): serialized(item) for key, item in value.items()}
    if hasattr(value, "get_config"):
        kind = type(value)
        return {
            "class_name": kind.__name__,
            "config": value.get_config(),
            "registered_name": registered_name(kind),
        }
    if callable(value):
        return activations.serialize(value)
    raise UnsupportedError(f"Expected a number, string, list or configurable object; received: {value!r}.")


def structural_value(value: Any) -> Any:
    """Turn an argument into a hashable value that is equal exactly when the arguments are alike."""
    if isinstance(value, np.ndarray):
        return ("array", value.shape, str(value.dtype), value.tobytes())
    if isinstance(value, list | tuple):
        return tuple(structural_value(item) for item in value)
    if isinstance(value, Mapping):
        return tuple((key, structural_value(item)) for key, item in value.items())
    if hasattr(value, "structure"):
        return value.structure()
    return value
