"""What a call in a network is given beside tensors, as JSON types and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.symbolic import Spec, SymbolicTensor

_TENSOR, _TUPLE, _SLICE, _ELLIPSIS, _ARRAY, _DTYPE, _SPEC = (
    *("__tensor__", "__tuple__", "__slice__", "__ellipsis__", "__array__", "__dtype__", "__spec__"),
)


def encoded(value: Any, place_of: Callable[[SymbolicTensor], Any] | None = None) -> Any:
    """Turn an argument into JSON types.

    Args:
        value: Numbers, texts, None, arrays, slices and dtypes, in lists, tuples and dicts.
        place_of: Describes a symbolic tensor.

    Raises:
        UnsupportedError: For anything else.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, SymbolicTensor) and place_of is not None:
        return {_TENSOR: place_of(value)}
    if isinstance(value, Spec):
        return {_SPEC: [list(value.shape), value.dtype]}
    if isinstance(value, list):
        return [encoded(item, place_of) for item in value]
    if isinstance(value, tuple):
        return {_TUPLE: [encoded(item, place_of) for item in value]}
    if isinstance(value, Mapping) and all(isinstance(key, str) and key[:2] != "__" for key in value):
        return {key: encoded(item, place_of) for key, item in value.items()}
    if isinstance(value, slice):
        return {_SLICE: [encoded(part) for part in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {_ELLIPSIS: True}
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return {_DTYPE: str(np.dtype(value))}
    if hasattr(value, "__array__") and hasattr(value, "dtype") and np.asarray(value).dtype.kind in "biufV":
        array = np.asarray(value)
        return {_ARRAY: [array.tolist(), str(array.dtype)]}
    raise UnsupportedError(
        f"A file holds numbers, texts, arrays, slices, lists and dicts as arguments of a call; "
        f"received: {value!r:.200}."
    )


def decoded(value: Any, tensor_at: Callable[[Any], SymbolicTensor] | None = None) -> Any:
    """Turn what :func:`encoded` returned into the argument again.

    Args:
        value: JSON types.
        tensor_at: Finds the symbolic tensor of a description.

    Raises:
        FileFormatError: If it is nothing that :func:`encoded` returns.
    """
    if isinstance(value, list):
        return [decoded(item, tensor_at) for item in value]
    if not isinstance(value, dict):
        return value
    marks = [key for key in value if key[:2] == "__"]
    if not marks:
        return {key: decoded(item, tensor_at) for key, item in value.items()}
    try:
        if len(value) == 1:
            return _decoded_mark(marks[0], value[marks[0]], tensor_at)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise FileFormatError(
            f"The argument {value!r:.100} of a call in the network is damaged: {error!s:.200}."
        ) from error
    raise FileFormatError(f"The network has an argument that makes no sense; received: {value!r:.100}.")


def _decoded_mark(mark: str, content: Any, tensor_at: Callable[[Any], SymbolicTensor] | None) -> Any:
    if mark == _TENSOR and tensor_at is not None:
        return tensor_at(content)
    if mark == _TUPLE:
        return tuple(decoded(item, tensor_at) for item in content)
    if mark == _SLICE:
        start, stop, step = content
        return slice(decoded(start), decoded(stop), decoded(step))
    if mark == _ELLIPSIS:
        return Ellipsis
    if mark == _DTYPE:
        return _dtype(content)
    if mark == _ARRAY:
        return np.asarray(content[0], dtype=_dtype(content[1]))
    if mark == _SPEC:
        shape, dtype = content
        if not all(size is None or (type(size) is int and size >= 0) for size in shape):
            raise ValueError(f"{shape} is no shape")
        return Spec(tuple(shape), str(_dtype(dtype)))
    raise ValueError(f"{mark} is not known")


def _dtype(name: Any) -> np.dtype[Any]:
    dtype = np.dtype(str(name))
    if dtype.kind not in "biuf" and str(dtype) != "bfloat16":
        raise ValueError(f"{name} is no dtype of numbers")
    return dtype
