"""Writing a safetensors file array by array, so that nothing is held in memory twice."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import UnsupportedError
from ranvier.storage.atomic import replacing
from ranvier.storage.json_text import LARGEST_OBJECTS, estimated_bytes
from ranvier.storage.tensor_format import LARGEST_HEADER, NAMES, raw_bytes


def write_tensors(
    path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray[Any, Any]], metadata: Mapping[str, str]
) -> None:
    """Write arrays and texts to a file; whole or not at all.

    The library's own writer is not used: it hides what the system answered, and leaves its temporary
    file behind when it is killed. The format is a length, a header in JSON, and the bytes.

    Args:
        path: The file.
        arrays: Arrays by name.
        metadata: Texts by name, kept in the header.

    Raises:
        FileWriteError: If the system refuses.
        UnsupportedError: If an array has a dtype that the format lacks, or the header is too long.
    """
    # Wide types first, as the library writes them, so that every array begins at a multiple of its size.
    ordered = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    header = _header({name: arrays[name] for name in ordered}, metadata)
    with replacing(path) as file:
        file.write(len(header).to_bytes(8, "little"))
        file.write(header)
        for name in ordered:
            file.write(raw_bytes(arrays[name]))


def _header(arrays: Mapping[str, np.ndarray[Any, Any]], metadata: Mapping[str, str]) -> bytes:
    entries: dict[str, Any] = {"__metadata__": dict(metadata)}
    position = 0
    for name, array in arrays.items():
        if array.dtype not in NAMES:
            raise UnsupportedError(
                f"A file cannot hold arrays of dtype {array.dtype}; received one for {name!r}."
            )
        end = position + array.nbytes
        entries[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [position, end],
        }
        position = end
    text = json.dumps(entries, separators=(",", ":"))
    header, objects = text.encode(), estimated_bytes(text)
    # What the reader would refuse is not written.
    for size, allowed in ((len(header), LARGEST_HEADER), (objects, LARGEST_OBJECTS)):
        if size > allowed:
            raise UnsupportedError(
                "The configuration of the model, or what a callback remembers, is too large for a file: "
                f"{size:,} bytes, where {allowed:,} are allowed. Layers may hold large arrays as arguments: make them "
                "weights. Let a callback remember arrays rather than lists."
            )
    return header + b" " * (-len(header) % 8)
