from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from ranvier.errors import UnsupportedError
from ranvier.storage import tensor_writer
from ranvier.storage.tensor_reader import open_tensors
from ranvier.storage.tensor_writer import write_tensors

ARRAYS = {
    "byte": np.arange(3, dtype=np.uint8),
    "scalar": np.array(7, np.int32),
    "float": np.arange(6, dtype=np.float32).reshape(2, 3),
    "transposed": np.arange(6, dtype=np.float64).reshape(2, 3).T,
    "broad": np.broadcast_to(np.float32(2), (2, 2)),
    "half": np.ones(3, ml_dtypes.bfloat16),
    "empty": np.zeros((0, 4), np.float32),
    "truth": np.array([True, False]),
}


def test_the_library_reads_what_was_written(tmp_path) -> None:
    write_tensors(tmp_path / "a.safetensors", ARRAYS, {"key": "a text"})
    with safe_open(tmp_path / "a.safetensors", framework="numpy") as file:
        assert file.metadata() == {"key": "a text"}
        for name, array in ARRAYS.items():
            if array.size:
                np.testing.assert_array_equal(file.get_tensor(name), array)
                assert file.get_tensor(name).dtype == array.dtype


def test_it_is_the_same_file_as_the_library_writes(tmp_path) -> None:
    arrays = {
        name: np.ascontiguousarray(array) for name, array in ARRAYS.items() if array.ndim and array.size
    }
    write_tensors(tmp_path / "ours", arrays, {"key": "text"})
    save_file(arrays, tmp_path / "theirs", metadata={"key": "text"})
    ours, theirs = (open_tensors(tmp_path / name) for name in ("ours", "theirs"))
    with ours.arrays() as first, theirs.arrays() as second:
        for name in arrays:
            np.testing.assert_array_equal(first[name], second[name])
    assert {entry.start % entry.dtype.itemsize for entry in ours.entries.values()} == {0}


def test_a_dtype_without_a_name_is_refused(tmp_path) -> None:
    with pytest.raises(UnsupportedError, match="complex128"):
        write_tensors(tmp_path / "a", {"z": np.zeros(1, np.complex128)}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_header_that_no_reader_would_take_is_not_written(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tensor_writer, "LARGEST_HEADER", 100)
    with pytest.raises(UnsupportedError, match="too large"):
        write_tensors(tmp_path / "a", {}, {"key": "x" * 200})
