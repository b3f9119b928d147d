"""The constructor of a layer read as data: its configuration for files, its structure for caches."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ranvier import activations, initializers
from ranvier.errors import UnsupportedError
from ranvier.registry import registered_name
from ranvier.types import Configuration, PartialShape


def is_own(definition: Any) -> bool:
    """Tell whether a class or function is Ranvier's own, not a user's."""
    return str(getattr(definition, "__module__", "")).partition(".")[0] == "ranvier"


@functools.cache
def constructor_parameters(kind: Any) -> tuple[str, ...]:
    """List the named arguments of a class, its own first, then those handed on by ``**kwargs``.

    Args:
        kind: A class whose ``__init__`` may end in ``**kwargs`` for its base.
    """
    names: dict[str, None] = {}
    for ancestor in kind.__mro__:
        if "__init__" not in vars(ancestor) or ancestor is object:
            continue
        parameters = list(inspect.signature(vars(ancestor)["__init__"]).parameters.values())[1:]
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
    kind = next(base for base in type(instance).__mro__ if is_own(base))
    names = constructor_parameters(kind)
    configuration = {name: serialized(getattr(instance, name)) for name in names}
    if configuration.get("activity_regularizer", 0) is None:
        del configuration["activity_regularizer"]
    return configuration


UNKNOWN = object()
"""Stands for an argument of a constructor that has no form in a configuration."""


def noted(value: Any) -> Any:
    """Return an argument as it is to be remembered: numbers, texts and lists of them, else :data:`UNKNOWN`."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        items = [noted(item) for item in value]
        return UNKNOWN if any(item is UNKNOWN for item in items) else type(value)(items)
    if type(value) is dict and all(isinstance(key, str) for key in value):
        entries = {key: noted(item) for key, item in value.items()}
        return UNKNOWN if any(item is UNKNOWN for item in entries.values()) else entries
    return UNKNOWN


def noted_arguments(instance: Any) -> Configuration:
    """Return the arguments that a user's own constructor was called with, by name, defaults included.

    Args:
        instance: A layer whose class has no ``get_config`` of its own.

    Raises:
        UnsupportedError: If one has no form in a configuration.
    """
    kind = type(instance)
    args, kwargs = vars(instance).get("_constructed_with", ((), {}))
    signature = inspect.signature(kind.__init__)
    bound = signature.bind(instance, *args, **kwargs)
    bound.apply_defaults()
    found: Configuration = {}
    for name, parameter in list(signature.parameters.items())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            found.update(bound.arguments[name])
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            found[name] = bound.arguments[name]
    base = next(each for each in kind.__mro__ if is_own(each))
    found = {name: noted(value) for name, value in found.items() if name not in constructor_parameters(base)}
    unknown = [name for name, value in found.items() if value is UNKNOWN]
    if unknown:
        raise UnsupportedError(
            f"The class {kind.__name__} cannot be written to a file, because it has no `get_config` that tells the "
            f"arguments {unknown} of its constructor. Add `def get_config(self): return {{**super().get_config(), "
            f"{unknown[0]!r}: self.{unknown[0]}}}`, or save the weights alone with `save_weights`."
        )
    return found


def accepted_by(kind: Any, configuration: Configuration) -> Configuration:
    """Leave out what the constructor of a class does not take."""
    return {name: value for name, value in configuration.items() if name in constructor_parameters(kind)}


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
    if isinstance(value, slice):  # not hashable before Python 3.12
        return ("slice", value.start, value.stop, value.step)
    if hasattr(value, "structure"):
        return value.structure()
    return value


def checked_initializer(identifier: Any) -> Callable[..., Any]:
    """Return the initializer that an identifier stands for; None stands for Glorot uniform, as in Keras."""
    found = initializers.get("glorot_uniform" if identifier is None else identifier)
    assert found is not None
    return found


def checked_dtype(dtype: Any, allowed: Sequence[str]) -> str:
    """Return the name of a dtype; None stands for float32.

    Raises:
        UnsupportedError: If it is not among those allowed.
    """
    name = "float32" if dtype is None else str(getattr(dtype, "name", dtype))
    if name not in allowed:
        raise UnsupportedError(f"A layer computes in one of {', '.join(allowed)}; received dtype: {name!r}.")
    return name


def declared_shape(
    input_shape: Sequence[int | None] | int | None,
    input_dim: int | None,
    batch_input_shape: Sequence[int | None] | None,
) -> PartialShape | None:
    """Return the shape of one example that a layer was told in one of Keras' three ways, or None."""
    if batch_input_shape is not None:
        return tuple(batch_input_shape)[1:]
    if input_shape is not None:
        return (input_shape,) if isinstance(input_shape, int) else tuple(input_shape)
    return None if input_dim is None else (int(input_dim),)
