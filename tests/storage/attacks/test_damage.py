"""Files that are cut, and files in which bytes have changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from ranvier.errors import FileFormatError
from ranvier.models import load_model
from ranvier.storage.inspection import inspect_file
from tests.storage.attacks.readers import READERS, refused
from tests.storage.golden.make import FOLDER

NATIVE = sorted(FOLDER.glob("native-*.safetensors"))


@pytest.mark.parametrize("path", NATIVE, ids=lambda path: path.stem)
def test_every_hundredth_of_a_file(tmp_path, path: Path) -> None:
    content = path.read_bytes()
    for part in range(100):
        (tmp_path / path.name).write_bytes(content[: len(content) * part // 100])
        refused(tmp_path / path.name, None, *READERS)


@pytest.mark.parametrize("path", NATIVE, ids=lambda path: path.stem)
def test_flipped_bits_are_always_noticed(tmp_path, path: Path) -> None:
    """Every byte of these files is under a checksum, or its change makes no header."""
    content = path.read_bytes()
    generator = np.random.default_rng(4)
    for position in generator.integers(0, len(content), 150):
        changed = bytearray(content)
        changed[position] ^= 1 << int(generator.integers(8))
        (tmp_path / path.name).write_bytes(changed)
        with pytest.raises(FileFormatError):
            inspect_file(tmp_path / path.name)
        if "weights" not in path.stem:
            with pytest.raises(FileFormatError):
                load_model(tmp_path / path.name)


@pytest.mark.parametrize("path", NATIVE, ids=lambda path: path.stem)
def test_whole_pieces_of_noise(tmp_path, path: Path) -> None:
    content = path.read_bytes()
    generator = np.random.default_rng(5)
    for _ in range(40):
        start, length = int(generator.integers(len(content))), int(generator.integers(1, 64))
        noise = generator.integers(0, 256, length, dtype=np.uint8).tobytes()
        inserted = bool(generator.integers(2))
        changed = content[:start] + noise + content[start + (0 if inserted else length) :]
        if changed == content:
            continue
        (tmp_path / path.name).write_bytes(changed)
        # The weights alone may have been spared.
        refused(tmp_path / path.name, None, "load_model", "inspect")


def test_files_that_were_never_a_model(tmp_path) -> None:
    generator = np.random.default_rng(6)
    path = tmp_path / "m.safetensors"
    for size in (0, 1, 7, 8, 9, 100, 10_000):
        for content in (
            bytes(size),
            b"\xff" * size,
            generator.bytes(size),
            b"{" * size,
            b"\x80\x04." + bytes(size),
        ):
            path.write_bytes(content)
            refused(path, None, *READERS)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of POSIX")
def test_what_is_no_file(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        refused(path, "a pipe or device", *READERS)
    hints = {"saved_model.pb": "SavedModel", "model.safetensors": "Give the file in it", "x": r"model\.save"}
    for name, hint in hints.items():
        folder = tmp_path / f"folder-{name}"
        folder.mkdir()
        refused(folder, "received a folder", *READERS)
        (folder / name).write_bytes(b"")
        refused(folder, hint, *READERS)
