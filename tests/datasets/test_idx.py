from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest

from ranvier.datasets.idx import IdxFile, read_idx
from ranvier.errors import FileFormatError
from tests.datasets.idx_bytes import idx_bytes

ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
CONTENT = idx_bytes(ARRAY)
FILE = IdxFile("file", (2, 3, 4), f"sha256:{hashlib.sha256(CONTENT).hexdigest()}")


def test_by_hand(tmp_path):
    content = bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])
    (tmp_path / "file").write_bytes(content)
    file = IdxFile("file", (3,), f"md5:{hashlib.md5(content).hexdigest()}")
    np.testing.assert_array_equal(read_idx(tmp_path / "file", file), [7, 8, 9])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_plain_and_compressed(tmp_path, pack):
    (tmp_path / "file").write_bytes(pack(CONTENT))
    array = read_idx(tmp_path / "file", FILE)
    np.testing.assert_array_equal(array, ARRAY)
    assert array.dtype == np.uint8
    assert array.flags.writeable


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "received: one that starts with b''"),
        (b"<html>", "Expected an IDX file of bytes with 3 axes"),
        (CONTENT[:-1], r"shape \(2, 3, 4\); its header says \(2, 3, 4\) and 23 bytes follow"),
        (idx_bytes(ARRAY[:1]), r"its header says \(1, 3, 4\)"),
        (idx_bytes(ARRAY[::-1]), "Its content was altered"),
    ],
)
def test_other_content(tmp_path, content, sentence):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(FileFormatError, match=sentence):
        read_idx(tmp_path / "file", FILE)
