"""What metrics are given: arrays on the host, dtypes, and settings that must be hashable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from ranvier.errors import ConfigurationError, DataTypeError, UnsupportedError
from ranvier.variable import Variable

_SHORT = {"int": "int32", "float": "float32", "mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


def host_array(value: Any, name: str) -> Any:
    """Return data as an array without touching the engine.

    Args:
        value: An array of the engine or of NumPy, a variable, a number or nested lists.
        name: What to call it in a message.

    Returns:
        An array; what already is one, or is being traced, as it came.

    Raises:
        DataTypeError: For strings, objects and ragged lists.
    """
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, jax.Array):
        return value
    try:
        array = np.asarray(value)
    except ValueError:
        raise DataTypeError(
            f"`{name}` must be an array of numbers; received: nested lists of unequal lengths."
        ) from None
    if array.dtype.kind not in "biufV":  # V: bfloat16 and the like
        raise DataTypeError(f"`{name}` must hold numbers; received: an array of dtype {array.dtype}.")
    return array


def checked_dtype(dtype: Any) -> str:
    """Return the name of the dtype to which a metric casts values.

    Args:
        dtype: A name, a dtype, a dtype policy, or None for float32.

    Raises:
        ConfigurationError: If it is no dtype.
        UnsupportedError: For 64-bit dtypes.
    """
    requested = getattr(dtype, "compute_dtype", dtype)
    name = _dtype_name("float32" if requested is None else requested)
    if name in ("float64", "int64", "uint64"):
        raise UnsupportedError(
            f"Metrics compute in 32 bits and keep sums in twice that; received: dtype={dtype!r}. Leave "
            "`dtype` out."
        )
    return name


def checked_variable_dtype(dtype: Any) -> str:
    """Return the name of the dtype that the engine gives a variable; float32 for None.

    Raises:
        ConfigurationError: If it is no dtype.
    """
    name = _dtype_name("float32" if dtype is None else dtype)
    return str(jax.dtypes.canonicalize_dtype(name))


def _dtype_name(dtype: Any) -> str:
    dtype = _SHORT.get(dtype, dtype) if isinstance(dtype, str) else dtype
    try:
        name = str(np.dtype(jax.numpy.dtype(dtype)))
    except TypeError:
        name = ""
    if not name or np.dtype(name).kind not in "biufV":
        raise ConfigurationError(f"`dtype` must name a dtype of numbers, as 'float32'; received: {dtype!r}.")
    return name


def frozen(value: Any) -> Any:
    """Turn a configuration into something hashable: mappings and lists become tuples."""
    if isinstance(value, Mapping):
        return tuple((key, frozen(item)) for key, item in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value
