"""Changes to what is in files of Keras: the JSON and the HDF5 of an archive, the attributes of an HDF5 file."""

from __future__ import annotations

import io
import json
import math
import random
import zipfile
from contextlib import suppress
from typing import Any

import h5py
import numpy as np

from tests.storage.fuzz.byte_mutation import changed_bytes
from tests.storage.fuzz.json_mutation import mutated

SHAPES: list[tuple[int, ...]] = [(), (0,), (1,), (3, 4), (4, 3), (12,), (3, 4, 1), (10**6, 10**6), (2**31, 4)]
DTYPES: list[Any] = [
    *(np.float32, np.float64, np.float16, np.int8, np.int64, np.uint8, np.bool_, np.complex64, "S5"),
    *([("a", "f4")], h5py.string_dtype(), h5py.vlen_dtype(np.float32), h5py.ref_dtype),
]


def changed_archive(content: bytes, chance: random.Random) -> bytes:
    """Change a member of an archive, and pack it again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    kind = chance.randrange(8)
    for index, (name, part) in enumerate(parts):
        if (name == "config.json" and kind < 4) or (name == "metadata.json" and kind == 4):
            parts[index] = name, json.dumps(mutated(json.loads(part), chance)).encode(errors="replace")
        elif name.endswith(".h5") and kind in (5, 6):
            parts[index] = name, changed_hdf5(part, chance)
    if kind == 7:
        index = chance.randrange(len(parts))
        name, part = parts[index]
        parts[index] = chance.choice(
            [(name, changed_bytes(part, chance)), (name + "x", part), ("../" + name, part)]
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, part in parts:
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()


def changed_hdf5(content: bytes, chance: random.Random) -> bytes:
    """Change groups, datasets and attributes of an HDF5 file."""
    file = io.BytesIO(content)
    # What the library refuses to do is no case; what was done before counts.
    with suppress(OSError, ValueError, TypeError, KeyError, RuntimeError), h5py.File(file, "r+") as opened:
        for _ in range(1 + chance.randrange(3)):
            _change(opened, chance)
    # Above all the indexes and pieces of arrays that were packed again are worth another look.
    return changed_bytes(file.getvalue(), chance) if chance.randrange(4) == 0 else file.getvalue()


def _change(file: h5py.File, chance: random.Random) -> None:
    names = ["/"]
    file.visit(names.append)
    name = chance.choice(names)
    item = file[name]
    kind = chance.randrange(8)
    if kind < 3 and len(item.attrs):
        _change_attribute(item.attrs, chance)
    elif name == "/":
        return
    elif kind == 3:
        del file[name]
    elif kind == 4:
        file.move(name, chance.choice(names[1:]) + chance.choice(("_", "/x", "0")))
    elif kind == 5:
        other = chance.choice(names)
        del file[name]
        file[name] = chance.choice(
            (h5py.SoftLink(f"/{other}"), h5py.ExternalLink("/etc/passwd", "/"), file[other])
        )
    elif isinstance(item, h5py.Dataset):
        _change_dataset(file, name, chance)
    else:
        item.create_group(chance.choice(("vars", "layers", "0", "..", "x" * 300)))


def _change_dataset(file: h5py.File, name: str, chance: random.Random) -> None:
    shape, dtype = file[name].shape, file[name].dtype
    if shape and chance.randrange(3) == 0 and math.prod(shape) < 10**6:
        data = file[name][...]
        del file[name]
        parts = tuple(1 + chance.randrange(max(size, 1)) for size in shape)
        options = {name: chance.randrange(2) == 0 for name in ("shuffle", "fletcher32")}
        room = shape if chance.randrange(4) else (None,) * len(shape)
        packed = {"compression": chance.choice((None, "gzip", "gzip", "lzf")), "maxshape": room}
        file.create_dataset(name, data=data, chunks=parts, **packed, **options)
        return
    if chance.randrange(2):
        value = chance.choice((np.nan, np.inf, -1.0, 0.0, 1e38))
        # Not the arrays without end that an earlier change has declared.
        if dtype.kind == "f" and shape and math.prod(shape) < 10**6:
            file[name][...] = np.full(shape, value, dtype)
        return
    del file[name]
    shape = chance.choice([shape, *SHAPES])
    dtype = chance.choice([dtype, *DTYPES])
    chunks = tuple(min(size, 8) for size in shape) if shape and 0 not in shape else None
    file.create_dataset(name, shape, dtype, chunks=chunks)


def _change_attribute(attributes: Any, chance: random.Random) -> None:
    key = chance.choice(list(attributes))
    value = attributes[key]
    kind = chance.randrange(6)
    if kind == 0:
        del attributes[key]
    elif isinstance(value, str) and kind < 5:
        try:
            attributes[key] = json.dumps(mutated(json.loads(value), chance))
        except ValueError:
            attributes[key] = (
                changed_bytes(value.encode(), chance).decode(errors="replace").replace("\x00", "")
            )
    elif kind == 1:
        attributes[key] = chance.choice(
            (3, -1.5, b"bytes", "text", "3.15.0", np.zeros(3), np.array([b"a", b"b"]))
        )
    elif isinstance(value, np.ndarray) and len(value):
        chosen = [chance.choice(list(value)) for _ in range(chance.randrange(2 * len(value)))]
        attributes[key] = np.array(chosen) if chosen else h5py.Empty("S1")
