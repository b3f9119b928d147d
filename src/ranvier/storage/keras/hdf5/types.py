"""What the elements of an HDF5 array are, and how many: datatypes and dataspaces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from ranvier.storage.keras.hdf5.source import Cursor, Source
from ranvier.types import Shape

_FIXED, _FLOAT, _STRING, _OPAQUE, _REFERENCE, _ENUMERATION, _VARIABLE = 0, 1, 3, 5, 7, 8, 9
_FLOATS: dict[tuple[int, int], Any] = {
    (11, 52): np.float64,
    (8, 23): np.float32,
    (5, 10): np.float16,
    (8, 7): ml_dtypes.bfloat16,
}
"""Floating-point dtypes by the bits of their exponent and mantissa."""


@dataclass(frozen=True)
class ElementType:
    """What one element is.

    Attributes:
        dtype: The NumPy dtype of its bytes.
        text: Whether it is a text of a fixed length.
        elsewhere: Whether it is the place of a text of its own length.
        opaque: Whether the format does not know what its bytes mean.
    """

    dtype: np.dtype[Any]
    text: bool = False
    elsewhere: bool = False
    opaque: bool = False


def read_datatype(source: Source, content: bytes) -> ElementType:
    """Read a datatype.

    Raises:
        FileFormatError: If it is none that holds numbers or texts.
    """
    cursor = Cursor(source, content)
    kind = cursor.number(1) & 0x0F
    bits, size = cursor.number(3), cursor.number(4)
    if kind == _FIXED and size in (1, 2, 4, 8):
        order = ">" if bits & 1 else "<"
        return ElementType(np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}"))
    if kind == _FLOAT:
        cursor.take(5)
        exponent = cursor.number(1)
        cursor.take(1)
        found = _FLOATS.get((exponent, cursor.number(1)))
        if found is not None and np.dtype(found).itemsize == size and not bits & 0x40:
            dtype = np.dtype(found)
            # bfloat16 knows no other order of bytes.
            return ElementType(dtype.newbyteorder(">") if bits & 1 and dtype.kind == "f" else dtype)
    if kind == _STRING and 0 < size < 2**16:
        return ElementType(np.dtype(f"S{size}"), text=True)
    if kind == _ENUMERATION and size == 1:  # how h5py writes true and false
        return ElementType(np.dtype(np.bool_))
    if kind == _VARIABLE and bits & 0x0F == 1 and size == 16:
        return ElementType(np.dtype("V16"), elsewhere=True)
    if kind == _OPAQUE and size == 2:  # how h5py writes bfloat16, which it does not know
        return ElementType(np.dtype(ml_dtypes.bfloat16), opaque=True)
    if kind == _REFERENCE:
        raise source.refused("references to objects")
    raise source.damaged(f"an array is made of elements of an unknown kind ({kind}, of {size} bytes)")


def read_dataspace(source: Source, content: bytes) -> Shape:
    """Read the shape of an array.

    Raises:
        FileFormatError: If it has none, or more entries than can be counted.
    """
    cursor = Cursor(source, content)
    version, rank, flags = cursor.number(1), cursor.number(1), cursor.number(1)
    kind = cursor.number(1) if version == 2 else int(rank > 0)
    if version not in (1, 2) or rank > 32 or kind > 2 or flags & 0x02:
        raise source.damaged("the shape of an array makes no sense")
    if version == 1:
        cursor.take(5)
    if kind == 2:  # no array at all, which h5py calls empty
        return (0,)
    shape = tuple(cursor.number(8) for _ in range(rank))
    # An array without entries takes no bytes, but its other dimensions are multiplied all the same.
    if math.prod(size or 1 for size in shape) >= 2**56:
        raise source.damaged(f"an array would have the shape {shape}")
    return shape
