"""Archives that would be bigger, elsewhere or something else once unpacked."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ranvier.models import load_model
from tests.storage.attacks.keras_files import (
    CONFIG,
    METADATA,
    WEIGHTS,
    X,
    honest,
    members,
    pack,
    write_honest,
)
from tests.storage.attacks.readers import refused

Attack = Callable[[Path, dict[str, bytes]], None]
NAMES = (
    "../../escape.txt",
    "/tmp/escape.txt",
    "a/../../b",
    "..\\..\\escape",
    "C:\\escape",
    "nul\x00l.txt",
    "",
    ".",
)


def without(name: str) -> Attack:
    return lambda path, parts: pack(path, {key: value for key, value in parts.items() if key != name})


def twice(name: str, content: bytes) -> Attack:
    def write(path: Path, parts: dict[str, bytes]) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for key, value in parts.items():
                archive.writestr(key, value)
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr(name, content)

    return write


def compressed(name: str, megabytes: int) -> Attack:
    """Put a member that unpacks to a thousand times its size."""
    return lambda path, parts: pack(path, {**parts, name: bytes(megabytes * 2**20)}, zipfile.ZIP_DEFLATED)


def spaces(path: Path, parts: dict[str, bytes]) -> None:
    pack(path, {**parts, CONFIG: parts[CONFIG] + b" " * (100 * 2**20)}, zipfile.ZIP_DEFLATED)


def linked(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for key, value in parts.items():
            info = zipfile.ZipInfo(key)
            if key == CONFIG:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
                value = b"/etc/passwd"
            archive.writestr(info, value)


def patched(find: bytes, offset: int, number: bytes) -> Attack:
    """Exchange bytes at an offset from the last place where some bytes stand."""

    def write(path: Path, parts: dict[str, bytes]) -> None:
        pack(path, parts)
        content = bytearray(path.read_bytes())
        position = content.rindex(find) + offset
        content[position : position + len(number)] = number
        path.write_bytes(content)

    return write


def overlapping(path: Path, parts: dict[str, bytes]) -> None:
    """Let every name of the directory point at the same bytes, as small bombs do."""
    pack(path, {**parts, **{f"assets/{number}": b"" for number in range(200)}})
    content = bytearray(path.read_bytes())
    position = content.index(b"PK\x01\x02")
    while content[position : position + 4] == b"PK\x01\x02":
        content[position + 42 : position + 46] = bytes(4)
        lengths = struct.unpack("<HHH", content[position + 28 : position + 34])
        position += 46 + sum(lengths)
    path.write_bytes(content)


def many(path: Path, parts: dict[str, bytes]) -> None:
    pack(path, {**parts, **{f"assets/{number}": b"" for number in range(20_000)}})


def inside(path: Path, parts: dict[str, bytes]) -> None:
    """Put an archive in the place of the weights."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(WEIGHTS, parts[WEIGHTS])
    pack(path, {**parts, WEIGHTS: inner.getvalue()})


def exchanged(name: str, content: bytes) -> Attack:
    return lambda path, parts: pack(path, {**parts, name: content})


CENTRAL = b"PK\x01\x02"
ATTACKS: dict[str, Attack] = {
    "no configuration": without(CONFIG),
    "no weights": without(WEIGHTS),
    "two configurations": twice(CONFIG, b"{}"),
    "two files of weights": twice(WEIGHTS, b""),
    "weights that are a bomb": compressed(WEIGHTS, 120),
    "a configuration that is a bomb": compressed(CONFIG, 120),
    "metadata that are a bomb": compressed(METADATA, 120),
    "a configuration with much room at its end": spaces,
    "a link": linked,
    "a directory that points at one place": overlapping,
    "twenty thousand members": many,
    "an archive in the archive": inside,
    "a size that is not true": patched(CENTRAL, 24, (2**31).to_bytes(4, "little")),
    "a compressed size that is not true": patched(CENTRAL, 20, (2**31).to_bytes(4, "little")),
    "a checksum that is not true": patched(CENTRAL, 16, b"\xde\xad\xbe\xef"),
    "a compression nobody knows": patched(CENTRAL, 10, (99).to_bytes(2, "little")),
    "an encrypted member": patched(CENTRAL, 8, (1).to_bytes(2, "little")),
    "an offset beyond the end": patched(CENTRAL, 42, (2**31).to_bytes(4, "little")),
    "a directory beyond the end": patched(b"PK\x05\x06", 16, (2**31).to_bytes(4, "little")),
    "more members than there are": patched(b"PK\x05\x06", 8, b"\xff\x7f\xff\x7f"),
    "configuration of no text": exchanged(CONFIG, b"\xff\xfe\x00"),
    "an empty configuration": exchanged(CONFIG, b""),
    "empty weights": exchanged(WEIGHTS, b""),
    "weights that are text": exchanged(WEIGHTS, b"weights"),
    "metadata that are none": exchanged(METADATA, b"[]"),
    "metadata of a newer program": exchanged(METADATA, json.dumps({"keras_version": "99.0.0"}).encode()),
}
HARMLESS = {"metadata of a newer program", "metadata that are none", "more members than there are"}
"""What Keras reads too, and what takes nothing to read."""


def test_the_file_as_keras_wrote_it(tmp_path) -> None:
    path = write_honest(tmp_path, ".keras")
    np.testing.assert_allclose(load_model(path).predict(X, verbose=0), honest(".keras")[1], rtol=1e-5)
    pack(path, members(path.read_bytes()), zipfile.ZIP_DEFLATED)
    load_model(path)


@pytest.mark.parametrize("name", ATTACKS)
def test_archives(tmp_path, name: str) -> None:
    path = tmp_path / "m.keras"
    ATTACKS[name](path, members(honest(".keras")[0]))
    if name in HARMLESS:
        refused(path, None, "backup")
        return
    refused(path)


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_names_of_members_are_no_paths(tmp_path, number: int) -> None:
    name = NAMES[number]
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for key, value in members(honest(".keras")[0]).items():
            archive.writestr(key, value)
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.writestr(info, b"escaped")
    refused(path)
    assert [each.name for each in tmp_path.iterdir()] == ["m.keras"]
