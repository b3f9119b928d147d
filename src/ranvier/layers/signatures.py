"""How a layer's ``call`` and ``build`` want their arguments."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np


@dataclass(frozen=True)
class CallArguments:
    """The parameters of a ``call``.

    Attributes:
        names: Their names in order, without ``self``.
        training: Whether ``training`` is among them, or any name is taken.
        training_position: Where ``training`` stands, or None.
    """

    names: tuple[str, ...]
    training: bool
    training_position: int | None


@functools.cache
def call_arguments(kind: Any) -> CallArguments:
    """Read the signature of ``kind.call``."""
    parameters = list(inspect.signature(kind.call).parameters.values())[1:]
    names = tuple(parameter.name for parameter in parameters)
    keywords = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    position = names.index("training") if "training" in names else None
    return CallArguments(names, position is not None or keywords, position)


@functools.cache
def build_arguments(kind: Any) -> tuple[str, ...]:
    """List the parameters of ``kind.build`` where each is the shape of an argument of ``call``.

    Keras fills ``build(self, query_shape, key_shape)`` from ``call(self, query, key)``; one
    parameter alone gets the shapes of the first argument, whatever its name.
    """
    names = tuple(inspect.signature(kind.build).parameters)[1:]
    return names if len(names) > 1 and all(name.endswith("_shape") for name in names) else ()


def with_training(
    kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, current: bool
) -> tuple[bool, tuple[Any, ...], dict[str, Any]]:
    """Settle whether a call is one of training, and hand the answer to a ``call`` that wants it.

    Args:
        kind: The layer's class.
        args: Positional arguments of the call, ``training`` possibly among them.
        kwargs: Named arguments likewise.
        current: What holds in the pass, unless the call says otherwise.

    Returns:
        The mode and the arguments for ``call``.
    """
    accepted = call_arguments(kind)
    position = accepted.training_position
    positional = position is not None and len(args) > position
    asked = args[position] if positional and position is not None else kwargs.get("training")
    training = current if asked is None else bool(asked)
    if positional and position is not None:
        return training, (*args[:position], training, *args[position + 1 :]), kwargs
    if accepted.training:
        return training, args, {**kwargs, "training": training}
    return training, args, {name: value for name, value in kwargs.items() if name != "training"}


def shapes_of(structure: Any) -> Any:
    """Return the shapes of arrays, symbolic or not, in their structure."""
    return jax.tree.map(
        lambda leaf: tuple(leaf.shape if hasattr(leaf, "shape") else np.shape(leaf)), structure
    )


def shapes_for_build(kind: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the arguments with which ``build`` is to be called for a call of the layer.

    Args:
        kind: The layer's class.
        args: Positional arguments of the call.
        kwargs: Named arguments of the call.
    """
    names = build_arguments(kind)
    if names:
        bound = {**dict(zip(call_arguments(kind).names, args, strict=False)), **kwargs}
        return tuple(shapes_of(bound.get(name.removesuffix("_shape"))) for name in names)
    return (shapes_of(args[0] if args else next(iter(kwargs.values()), None)),)


def is_shape(value: Any) -> bool:
    """Tell whether a value is a shape: a tuple (or list) of sizes and None."""
    return isinstance(value, tuple | list) and all(
        size is None or isinstance(size, int | np.integer) for size in value
    )
