"""Which kinds of numbers data may hold, what they become on the device, and the sentences for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.errors import DataTypeError

_KEPT = frozenset({"bool", "int8", "int16", "int32", "uint8", "uint16", "uint32", "float32"})
_NARROWED = {"int64": "int32", "uint64": "uint32"}
_STRING_KINDS = "USTa"


def device_dtype(dtype: Any) -> np.dtype[Any]:
    """Return the dtype in which data of a host dtype lie on the device.

    Booleans and integers of up to 32 bits keep theirs (an image of ``uint8`` stays a quarter of its
    size in ``float32``), ``int64`` becomes ``int32``, and every floating-point type becomes
    ``float32``: 16-bit floats would be converted as a whole before each epoch on a processor.

    Args:
        dtype: A numeric dtype of NumPy or ml_dtypes.

    Raises:
        DataTypeError: If the dtype is not numeric.
    """
    host = np.dtype(dtype)
    if host.name in _KEPT:
        name = host.name  # by name: in the machine's own byte order
    elif host.name in _NARROWED:
        name = _NARROWED[host.name]
    elif is_floating(host):
        name = "float32"
    elif _is_small_integer(host):
        name = "uint8" if host.name.startswith("u") else "int8"
    else:
        raise DataTypeError(f"Expected a numeric dtype; received: {host}. Convert with `astype('float32')`.")
    device: np.dtype[Any] = np.dtype(name)
    return device


def is_floating(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype holds real numbers with fractions, those of ml_dtypes included."""
    return dtype.kind == "f" or (_is_extension(dtype) and dtype.name.startswith(("float", "bfloat")))


def is_numeric(dtype: np.dtype[Any]) -> bool:
    """Whether a network can be given numbers of this dtype."""
    return dtype.kind in "fiub" or is_floating(dtype) or _is_small_integer(dtype)


def check_numeric(array: np.ndarray[Any, Any], where: str) -> None:
    """Refuse an array that does not hold real numbers.

    Args:
        array: An array of any dtype; of object arrays the first elements are looked at.
        where: The argument, for the message.

    Raises:
        DataTypeError: Saying what the array holds and what to do about it.
    """
    if not is_numeric(array.dtype):
        raise DataTypeError(_refusal(array.dtype, where, array))


def check_numeric_dtype(dtype: Any, where: str) -> None:
    """Refuse a dtype that does not hold real numbers, where the values are not at hand.

    Raises:
        DataTypeError: Saying what the dtype is and what to do about it.
    """
    host = np.dtype(dtype)
    if not is_numeric(host):
        raise DataTypeError(_refusal(host, where, None))


def _is_extension(dtype: np.dtype[Any]) -> bool:
    return dtype.kind == "V" and dtype.names is None and not dtype.name.startswith("void")


def _is_small_integer(dtype: np.dtype[Any]) -> bool:
    return _is_extension(dtype) and dtype.name.startswith(("int", "uint"))


def _refusal(dtype: np.dtype[Any], where: str, array: np.ndarray[Any, Any] | None) -> str:
    start = f"`{where}` must hold real numbers; received: "
    if dtype.kind in _STRING_KINDS:
        return (
            f"{start}strings{_example(array)}. Replace every category by an integer, for example with "
            "`numpy.unique(values, return_inverse=True)[1]`."
        )
    if dtype.kind == "c":
        return (
            f"{start}complex numbers ({dtype}). Give real and imaginary parts as columns, for example "
            "`numpy.concatenate([values.real, values.imag], axis=-1)`."
        )
    if dtype.kind == "M":
        return (
            f"{start}dates ({dtype}). Turn them into numbers, for example days since the first: `(dates - "
            "dates.min()) / numpy.timedelta64(1, 'D')`."
        )
    if dtype.kind == "m":
        return (
            f"{start}time differences ({dtype}). Turn them into numbers, for example hours: `differences / "
            "numpy.timedelta64(1, 'h')`."
        )
    if dtype.names is not None:
        return (
            f"{start}records with the fields {', '.join(map(repr, dtype.names))}. Give one array, for "
            "example `numpy.lib.recfunctions.structured_to_unstructured(values)`, or a dict of the fields."
        )
    if dtype.kind == "O":
        return start + _object_refusal(array)
    return f"{start}values of dtype {dtype}. Convert with `astype('float32')`."


def _example(array: np.ndarray[Any, Any] | None) -> str:
    return "" if array is None or array.size == 0 else f" such as {str(array.flat[0])!r:.40}"


def _object_refusal(array: np.ndarray[Any, Any] | None) -> str:
    """Say what an object array really holds: boxed numbers, gaps, strings, sequences."""
    elements = [] if array is None else list(array.flat[:1000])
    odd = next((element for element in elements if not isinstance(element, int | float | np.number)), None)
    if elements and all(isinstance(element, int | float | np.number) for element in elements):
        return "an object array of numbers. Convert with `astype('float32')`."
    if isinstance(odd, str | bytes):
        return (
            f"an object array with strings such as {odd!r:.40}. Replace every category by an integer, for "
            "example with `numpy.unique(values, return_inverse=True)[1]`."
        )
    if odd is None and elements:
        return (
            "an object array with missing values (None). Fill them or drop their rows, then convert to float."
        )
    if isinstance(odd, list | tuple | np.ndarray):
        return (
            "an object array of sequences. Stack sequences of one length with `numpy.stack`; bring others to "
            "one length with `ranvier.utils.pad_sequences`."
        )
    kind = f" of {type(odd).__name__}" if elements else ""
    return f"an object array{kind}. Convert to numbers with `astype('float32')` before."
