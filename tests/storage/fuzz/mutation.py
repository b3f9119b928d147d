"""Changes to files: of single bytes, and of what a file says, with lengths and checksums that belong to it."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ranvier.storage.keras.hdf5.reader import SIGNATURE
from ranvier.storage.tensor_format import DTYPES, NAMES
from tests.storage.fuzz.byte_mutation import changed_bytes
from tests.storage.fuzz.json_mutation import mutated
from tests.storage.fuzz.keras_mutation import changed_archive, changed_hdf5

Mutator = Callable[[bytes, random.Random], bytes]


class Chosen(random.Random):
    """Choices that some bytes make, so that whoever finds the bytes makes the choices; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data = data
        self._position = 0

    def getrandbits(self, k: int) -> int:
        """Return the next bits."""
        count = (k + 7) // 8
        taken = self._data[self._position : self._position + count]
        self._position += count
        return int.from_bytes(taken, "little") & ((1 << k) - 1)

    def random(self) -> float:
        """Return the next fraction."""
        return self.getrandbits(53) / 2**53


def changed_native(content: bytes, chance: random.Random) -> bytes:
    """Change the configuration, the header or the arrays of a file of Ranvier's, and sign it again."""
    length = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    document = json.loads(header["__metadata__"]["ranvier"])
    kind = chance.randrange(8)
    if kind < 5:
        document = mutated(document, chance)
    elif kind == 5:
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        changed = mutated(entries, chance)
        header = {"__metadata__": header["__metadata__"], **(changed if isinstance(changed, dict) else {})}
    elif kind == 6:
        data = _changed_arrays(header, data, document, chance)
    else:
        header = _other_shape(header, document, data, chance)
    if kind != 5 or chance.randrange(2):
        _sign(header, document, data)
    text = json.dumps(document)
    header["__metadata__"] = {
        "ranvier": text,
        "ranvier.crc32": str(zlib.crc32(text.encode(errors="replace"))),
    }
    encoded = json.dumps(header).encode(errors="replace")
    return len(encoded).to_bytes(8, "little") + encoded + data


def _changed_arrays(header: Any, data: bytes, document: Any, chance: random.Random) -> bytes:
    result = bytearray(data)
    for _ in range(1 + chance.randrange(8)):
        position = chance.randrange(len(result))
        special = chance.choice((np.nan, np.inf, -np.inf, 0.0, 1e38, -1.0))
        result[position : position + 4] = np.float32(special).tobytes()
    del header, document
    return bytes(result[: len(data)])


def _other_shape(header: Any, document: Any, data: bytes, chance: random.Random) -> Any:
    """Give an array another shape or dtype of as many bytes, or another name."""
    del document, data
    names = [name for name in header if name != "__metadata__"]
    if not names:
        return header
    name = chance.choice(names)
    entry = header[name]
    size = entry["data_offsets"][1] - entry["data_offsets"][0]
    dtype = chance.choice(list(DTYPES))
    width = DTYPES[dtype].itemsize
    if size % width == 0:
        count = size // width
        entry["dtype"] = dtype
        entry["shape"] = chance.choice([[count], [1, count], [count, 1], [count, 1, 1]])
    if chance.randrange(3) == 0:
        header[chance.choice(["weights/other/kernel", "optimizer/x", "", name + "_"])] = header.pop(name)
    return header


def _sign(header: Any, document: Any, data: bytes) -> None:
    """Write the checksums that belong to the arrays, where that is possible."""
    if not isinstance(document, dict) or not isinstance(document.get("checksums"), dict):
        return
    for name, entry in header.items():
        try:
            dtype, shape = DTYPES[entry["dtype"]], tuple(entry["shape"])
            start, stop = entry["data_offsets"]
            found = zlib.crc32(f"{NAMES[dtype]}{shape}".encode())
            document["checksums"][name] = zlib.crc32(data[start:stop], found)
        except (KeyError, TypeError, ValueError):
            continue


MUTATORS: dict[str, Mutator] = {
    ".h5": changed_hdf5,
    ".keras": changed_archive,
    ".safetensors": changed_native,
}
"""How what a file says is changed, by the ending of its name."""


def changed_file(content: bytes, suffix: str, chance: random.Random) -> bytes:
    """Return another file: by its bytes a third of the time, by what it says otherwise."""
    if chance.randrange(3) == 0 or suffix not in MUTATORS:
        return changed_bytes(content, chance)
    if suffix == ".keras" and content.startswith(SIGNATURE):
        suffix = ".h5"  # as Keras wrote it up to 2.12
    return MUTATORS[suffix](content, chance)
