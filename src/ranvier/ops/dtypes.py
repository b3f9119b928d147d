"""Values as arrays of the engine, and the names of its dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import DataTypeError, UnsupportedError, unknown_name
from ranvier.variable import Variable

_NARROWED = {"float64": "float32", "int64": "int32", "uint64": "uint32", "complex128": "complex64"}
_NAMES = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("bfloat16", "float16", "float32", "float64", "complex64", "complex128"),
)
_PYTHON_TYPES = {
    float: "float32",
    int: "int32",
    bool: "bool",
    complex: "complex64",
    "float": "float32",
    "int": "int32",
}


def engine_dtype(dtype: Any) -> Any:
    """Return the dtype the engine computes in for a requested one.

    The engine has no 64 bits: ``"float64"`` gives float32 and ``"int64"`` int32, as for NumPy arrays.

    Args:
        dtype: A name, a Python type, or a dtype of NumPy or JAX.

    Raises:
        UnknownNameError: If it is none of these.
    """
    if isinstance(dtype, type | str) and dtype in _PYTHON_TYPES:
        return jnp.dtype(_PYTHON_TYPES[dtype])
    try:
        name = str(jnp.dtype(dtype))
    except TypeError:
        name = str(dtype)
    if name not in _NAMES:
        raise unknown_name("dtype", name, _NAMES)
    return jnp.dtype(_NARROWED.get(name, name))


def as_tensor(value: Any) -> jax.Array:
    """Turn an array, list, number or variable into an array of the engine.

    Args:
        value: What the user gave. Python numbers stay weak: they do not widen what they meet.

    Raises:
        DataTypeError: If it holds something that is no number.
    """
    if isinstance(value, jax.Array):
        return value
    value = plain(value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "OUSMm":
        raise _no_number(value)
    try:
        return jnp.asarray(value)
    except (TypeError, ValueError) as error:
        raise _no_number(value) from error


def plain(value: Any) -> Any:
    """Return a value with each variable in its lists and tuples replaced by the array it holds."""
    if isinstance(value, Variable):
        return value.value
    if isinstance(value, list | tuple) and any(isinstance(item, Variable | list | tuple) for item in value):
        items = [plain(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def as_floats(value: Any) -> jax.Array:
    """Turn a value into an array of floats (or complex numbers); integers become float32."""
    array = as_tensor(value)
    return array if jnp.issubdtype(array.dtype, jnp.inexact) else array.astype(jnp.float32)


def no_sparse(sparse: bool) -> None:
    """Refuse a request for a sparse result."""
    if sparse:
        raise UnsupportedError(
            "Sparse results are not offered; received: sparse=True. Leave the argument out."
        )


def _no_number(value: Any) -> DataTypeError:
    return DataTypeError(
        f"An operation needs numbers: an array, a list of equal lengths, or a number; "
        f"received: {type(value).__name__} {value!r:.100}."
    )


def on_floats(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function see integers as float32, in its arguments by position."""
    return lambda *arrays, **options: function(*(as_floats(array) for array in arrays), **options)


def limits(dtype: Any) -> tuple[Any, Any]:
    """Return the lowest and the highest number that a dtype holds, infinities apart."""
    kind: Any = jnp.finfo if jnp.issubdtype(dtype, jnp.floating) else jnp.iinfo
    found = kind(dtype)
    return (float(found.min), float(found.max)) if kind is jnp.finfo else (int(found.min), int(found.max))
