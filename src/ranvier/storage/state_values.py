"""What objects remember, nested Python values with arrays among them, as JSON types and arrays by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import UnsupportedError
from ranvier.storage.tensor_format import NAMES

PREFIX = "state/"
"""What stands in front of the number of an array."""

_ARRAY, _TUPLE, _ITEMS, _NUMBERS = "array", "tuple", "items", "numbers"
_FEW = 16


def split_state(value: Any) -> tuple[Any, dict[str, np.ndarray[Any, Any]]]:
    """Separate the arrays of nested values from the rest.

    Args:
        value: None, truth values, numbers, texts, NumPy or JAX arrays; lists, tuples and dicts of these.

    Returns:
        The rest as JSON types, in which each array is replaced by its name, and the arrays.

    Raises:
        UnsupportedError: If something else is among them.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {}

    def keep(array: np.ndarray[Any, Any]) -> str:
        name = f"{PREFIX}{len(arrays)}"
        arrays[name] = array
        return name

    def described(part: Any) -> Any:
        if part is None or type(part) in (bool, int, float, str):
            return part
        if isinstance(part, list | tuple):
            numbers = _numbers(part)
            if numbers is not None:
                return {_NUMBERS: keep(numbers)}
            children = [described(each) for each in part]
            return {_TUPLE: children} if isinstance(part, tuple) else children
        if isinstance(part, Mapping):
            return {_ITEMS: [[described(key), described(each)] for key, each in part.items()]}
        if hasattr(part, "shape") and hasattr(part, "dtype"):
            array = np.asarray(part)
            if array.dtype in NAMES:
                return {_ARRAY: keep(array)}
        raise UnsupportedError(
            "What a callback remembers must be made of numbers, texts, truth values, None and arrays, in lists, tuples "
            f"and dicts; received: {part!r:.100}. Let `get_state` return those, and `set_state` build the rest of them."
        )

    try:
        return described(value), arrays
    except RecursionError as error:
        raise UnsupportedError("What a callback remembers is nested too deeply, or holds itself.") from error


def _numbers(values: Any) -> np.ndarray[Any, Any] | None:
    """Return a long list of numbers, such as a curve, as an array: it takes a third of the room."""
    if type(values) is not list or len(values) <= _FEW:
        return None
    if all(type(each) is float for each in values):
        return np.array(values, np.float64)
    if all(type(each) is int and -(2**63) <= each < 2**63 for each in values):
        return np.array(values, np.int64)
    return None


def joined_state(described: Any, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    """Put back together what :func:`split_state` separated.

    Args:
        described: The JSON types.
        arrays: The arrays by name.

    Raises:
        LookupError, TypeError, ValueError: If they do not belong together.
    """
    if isinstance(described, list):
        return [joined_state(each, arrays) for each in described]
    if not isinstance(described, dict):
        return described
    ((kind, content),) = described.items()
    if kind == _ARRAY:
        array = arrays[content]
        return array if array.ndim else array[()]
    if kind == _NUMBERS:
        return arrays[content].tolist()
    if kind == _TUPLE:
        return tuple(joined_state(each, arrays) for each in content)
    if kind == _ITEMS:
        return {joined_state(key, arrays): joined_state(each, arrays) for key, each in content}
    raise ValueError(f"{kind!r:.50} is no kind of value")
