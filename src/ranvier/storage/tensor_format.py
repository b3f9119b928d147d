"""What a safetensors file consists of: a header in JSON, then the bytes of every array."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from ranvier.types import Shape

DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype(np.float64),
    "F32": np.dtype(np.float32),
    "F16": np.dtype(np.float16),
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "I64": np.dtype(np.int64),
    "U64": np.dtype(np.uint64),
    "I32": np.dtype(np.int32),
    "U32": np.dtype(np.uint32),
    "I16": np.dtype(np.int16),
    "U16": np.dtype(np.uint16),
    "I8": np.dtype(np.int8),
    "U8": np.dtype(np.uint8),
    "BOOL": np.dtype(np.bool_),
}
"""The dtypes of the format by the names it gives them."""

NAMES = {dtype: name for name, dtype in DTYPES.items()}

LARGEST_HEADER = 32 * 1024 * 1024
"""The largest header in bytes that is written or read."""


@dataclass(frozen=True)
class Entry:
    """What the header says of one array.

    Attributes:
        dtype: Its dtype.
        shape: Its shape.
        start: Where its bytes begin, counted from the end of the header.
        stop: Where they end.
    """

    dtype: np.dtype[Any]
    shape: Shape
    start: int
    stop: int

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)


def checksum(array: np.ndarray[Any, Any]) -> int:
    """Return a CRC-32 of an array's dtype, shape and bytes, by which damage is noticed."""
    described = f"{NAMES.get(array.dtype)}{array.shape}".encode()
    return zlib.crc32(raw_bytes(array), zlib.crc32(described))


def raw_bytes(array: np.ndarray[Any, Any]) -> Any:
    """Return the bytes of an array in C order, without copying where it already has that order."""
    return np.asarray(array, order="C").reshape(-1).view(np.uint8).data
