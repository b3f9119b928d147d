from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.errors import FileFormatError
from ranvier.storage.tensor_format import LARGEST_HEADER
from ranvier.storage.tensor_reader import open_tensors
from ranvier.storage.tensor_writer import write_tensors
from tests.storage.files import join

A = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def written(path: Path) -> Path:
    write_tensors(
        path, {"a": np.arange(5, dtype=np.float32), "b": np.zeros((2, 3), np.int8)}, {"key": "text"}
    )
    return path


def test_arrays_are_read_one_at_a_time(tmp_path) -> None:
    file = open_tensors(written(tmp_path / "f"))
    assert file.metadata == {"key": "text"}
    assert {name: (entry.shape, entry.size) for name, entry in file.entries.items()} == {
        "a": ((5,), 5),
        "b": ((2, 3), 6),
    }
    with file.arrays() as arrays:
        assert set(arrays) == {"a", "b"}
        assert len(arrays) == 2
        np.testing.assert_array_equal(arrays["a"], np.arange(5))


def test_every_shorter_file_is_refused(tmp_path) -> None:
    content = written(tmp_path / "f").read_bytes()
    for length in range(len(content)):
        (tmp_path / "g").write_bytes(content[:length])
        with pytest.raises(FileFormatError, match="damaged"):
            open_tensors(tmp_path / "g")


def test_a_longer_file_is_refused(tmp_path) -> None:
    with written(tmp_path / "f").open("ab") as file:
        file.write(b"more")
    with pytest.raises(FileFormatError, match="take 26 bytes; received: 30"):
        open_tensors(tmp_path / "f")


def test_a_missing_file_is_the_systems_own_error(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        open_tensors(tmp_path / "missing")


def test_files_of_other_programs_are_named(tmp_path) -> None:
    path = tmp_path / "f"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(FileFormatError, match=r"zip archive.*expected a safetensors file"):
        open_tensors(path)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(FileFormatError, match=r"HDF5.*expected a safetensors file"):
        open_tensors(path)
    for protocol in (2, 4, 5):
        path.write_bytes(pickle.dumps({"a": list(range(50))}, protocol))
        with pytest.raises(FileFormatError, match="pickle"):
            open_tensors(path)


@pytest.mark.parametrize("length", [640, 1152, 1408])
def test_a_header_whose_length_begins_as_a_pickle_does(tmp_path, length: int) -> None:
    write_tensors(tmp_path / "f", {}, {"key": "x" * (length - 32)})
    assert int.from_bytes((tmp_path / "f").read_bytes()[:8], "little") == length
    assert len(open_tensors(tmp_path / "f").metadata["key"]) == length - 32


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.keras", "is no model file: it begins neither"), ("a.onnx", "was exported to predict")],
)
def test_text_and_exported_programs(tmp_path, name: str, words: str) -> None:
    (tmp_path / name).write_text("some text or other")
    with pytest.raises(FileFormatError, match=words):
        open_tensors(tmp_path / name)


def test_a_huge_header_is_refused_before_it_is_read(tmp_path) -> None:
    (tmp_path / "f").write_bytes((LARGEST_HEADER + 1).to_bytes(8, "little") + bytes(100))
    with pytest.raises(FileFormatError, match="would have a header of"):
        open_tensors(tmp_path / "f")


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"not json", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1]", "no table"),
        (b'{"a": ' + json.dumps(A).encode() + b', "a": ' + json.dumps(A).encode() + b"}", "stands twice"),
        ({"a": A, "__metadata__": {"key": 3}}, "not texts"),
        ({"a": A, "__metadata__": []}, "not texts"),
        ({"a": {**A, "dtype": "F8"}}, "makes no sense"),
        ({"a": {**A, "dtype": ["F32"]}}, "makes no sense"),
        ({"a": {**A, "shape": [-2]}}, "makes no sense"),
        ({"a": {**A, "shape": [True, 2]}}, "makes no sense"),
        ({"a": {**A, "shape": [2**40, 2**40]}}, "makes no sense"),
        ({"a": {**A, "shape": [1] * 40}}, "makes no sense"),
        ({"a": {**A, "shape": 2}}, "makes no sense"),
        ({"a": {**A, "data_offsets": [0]}}, "makes no sense"),
        ({"a": {**A, "data_offsets": [8, 0]}}, "makes no sense"),
        ({"a": {"dtype": "F32"}}, "makes no sense"),
        ({"a": 3}, "makes no sense"),
        ({"a": {**A, "data_offsets": [8, 16]}}, "gaps"),
        ({"a": A, "b": {**A, "data_offsets": [4, 12]}}, "overlap"),
        ({"a": A, "b": {**A, "data_offsets": [8, 16]}}, "received: 8"),
    ],
)
def test_damaged_headers(tmp_path, header: Any, sentence: str) -> None:
    join(tmp_path / "f", header, bytes(8))
    with pytest.raises(FileFormatError, match=sentence):
        open_tensors(tmp_path / "f")


def test_a_file_that_is_cut_after_its_header_was_read(tmp_path) -> None:
    path = written(tmp_path / "f")
    file = open_tensors(path)
    path.write_bytes(path.read_bytes()[:-1])
    with file.arrays() as arrays, pytest.raises(FileFormatError, match="ends within the array 'b'"):
        arrays["b"]


def test_a_truth_is_one_or_zero(tmp_path) -> None:
    join(tmp_path / "f", {"a": {"dtype": "BOOL", "shape": [2], "data_offsets": [0, 2]}}, b"\x01\x02")
    with (
        open_tensors(tmp_path / "f").arrays() as arrays,
        pytest.raises(FileFormatError, match="neither true nor false"),
    ):
        arrays["a"]
