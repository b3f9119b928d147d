"""How a function of arrays becomes an operation: what it takes, and how it stands in a network."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from ranvier.errors import UnsupportedError
from ranvier.ops.dtypes import as_tensor, plain
from ranvier.symbolic import Operation, any_symbolic, call_symbolically
from ranvier.variable import Variable

OPERATIONS: dict[str, Callable[..., Any]] = {}
"""Every operation by its name, filled by the modules of this package as they are imported."""

Table = Mapping[str, tuple[Callable[..., Any], str]]
"""Rows ``"name(signature)": (implementation, sentence)``."""

_ARRAYS = frozenset({"x", "x1", "x2", "y", "a", "b", "abs_", "angle"})
Tensor = Any
"""Anything that becomes an array: an array, list, number or variable; or a symbolic tensor."""


def define(table: Table, module: str) -> dict[str, Callable[..., Any]]:
    """Make the operations of a table.

    Arguments of a few names (x, x1, x2, y, a, b ...) are arrays. Those without default are handed to the
    implementation by position, the others by name.

    Args:
        table: The rows.
        module: The module that they belong to.

    Returns:
        The operations by name.
    """
    made = {}
    for head, (implementation, sentence) in table.items():
        name, signature = _parsed(head)
        arrays = [each for each in signature.parameters if each in _ARRAYS]
        function = _from_row(implementation, signature)
        function.__doc__ = sentence
        function.__module__ = module
        OPERATIONS[name] = made[name] = _wrapped(function, signature, arrays, name)
    return made


def operation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function an operation; its arguments annotated as ``Tensor`` become arrays."""
    # A trailing underscore keeps `map_` and its like apart from Python's own names.
    name = function.__name__.removesuffix("_")
    OPERATIONS[name] = made = recorded(function, name)
    return made


def recorded(function: Callable[..., Any], kind: str) -> Callable[..., Any]:
    """Let a function take what an operation takes, without a place among the operations.

    Args:
        function: A function whose arguments annotated as ``Tensor`` are arrays.
        kind: What it is called in a network.
    """
    signature = inspect.signature(function)
    parameters = signature.parameters.values()
    arrays = [parameter.name for parameter in parameters if parameter.annotation == "Tensor"]
    made = _wrapped(function, signature, arrays, kind)
    made.__name__ = made.__qualname__ = function.__name__.removesuffix("_")
    return made


def _from_row(implementation: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    defaults = {
        name: parameter.default
        for name, parameter in signature.parameters.items()
        if parameter.default is not parameter.empty
    }
    required = len(signature.parameters) - len(defaults)
    names = list(signature.parameters)

    def call(*args: Any, **kwargs: Any) -> Any:
        options = {**defaults, **dict(zip(names[required:], args[required:], strict=False)), **kwargs}
        return implementation(*args[:required], **options)

    return call


def _wrapped(
    function: Callable[..., Any], signature: inspect.Signature, arrays: list[str], name: str
) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = _bound(signature, name, args, kwargs)
        if any_symbolic(args, kwargs):
            return call_symbolically(Operation(call, name), *_recordable(args, kwargs, name))
        for parameter, value in bound.arguments.items():
            if parameter in arrays:
                bound.arguments[parameter] = value if value is None else as_tensor(value)
            else:
                bound.arguments[parameter] = plain(value)
        # A user's network may mix dtypes as NumPy does, whatever the surrounding program demands.
        with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
            return function(*bound.args, **bound.kwargs)

    call.__signature__ = signature  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = name
    return call


def _bound(
    signature: inspect.Signature, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> inspect.BoundArguments:
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{name}{_shown(signature)}: {error}.") from None


def _recordable(
    args: tuple[Any, ...], kwargs: dict[str, Any], name: str
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments as a network keeps them: constant arrays as NumPy's, and no weights."""
    return _constant(args, name), _constant(kwargs, name)


def _constant(value: Any, name: str) -> Any:
    if isinstance(value, Variable):
        raise UnsupportedError(
            f"The operation {name!r} in a network would take the variable {value.path!r} as a constant, and training "
            "would not change it. Write a layer that owns the variable and calls the operation."
        )
    if isinstance(value, jax.Array):
        return np.asarray(value)
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(_constant(item, name) for item in value)
    if isinstance(value, dict):
        return {key: _constant(item, name) for key, item in value.items()}
    return value


def _parsed(head: str) -> tuple[str, inspect.Signature]:
    """Read ``"roll(x, shift, axis=None)"``."""
    definition = ast.parse(f"def {head}: ...").body[0]
    assert isinstance(definition, ast.FunctionDef)
    given = definition.args
    defaults = [ast.literal_eval(default) for default in given.defaults]
    names = [argument.arg for argument in given.args]
    first_default = len(names) - len(defaults)
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=defaults[index - first_default] if index >= first_default else inspect.Parameter.empty,
        )
        for index, name in enumerate(names)
    ]
    return definition.name, inspect.Signature(parameters)


def _shown(signature: inspect.Signature) -> str:
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(bare))
