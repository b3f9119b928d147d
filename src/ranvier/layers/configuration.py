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
