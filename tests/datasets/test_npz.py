from __future__ import annotations

import zipfile

import numpy as np
import pytest

from ranvier.datasets.npz import read_array, read_image_npz, read_members
from ranvier.errors import FileFormatError

ARRAYS = {
    "x_train": np.ones((3, 2, 2)),
    "y_train": np.arange(3),
    "x_test": np.zeros((2, 2, 2)),
    "y_test": np.arange(2),
}


def test_images(tmp_path):
    np.savez(tmp_path / "file.npz", **ARRAYS)
    (x_train, y_train), (x_test, y_test) = read_image_npz(tmp_path / "file.npz")
    for name, array in zip(
        ("x_train", "y_train", "x_test", "y_test"), (x_train, y_train, x_test, y_test), strict=True
    ):
        np.testing.assert_array_equal(array, ARRAYS[name])


def test_missing_and_unequal_arrays(tmp_path):
    np.savez(tmp_path / "few.npz", x_train=np.ones(2))
    with pytest.raises(FileFormatError, match="it lacks: y_train, x_test, y_test"):
        read_image_npz(tmp_path / "few.npz")
    np.savez(tmp_path / "unequal.npz", **(ARRAYS | {"y_train": np.arange(4)}))
    with pytest.raises(
        FileFormatError, match=r"one label per image; received shapes: \(3, 2, 2\) and \(4,\)"
    ):
        read_image_npz(tmp_path / "unequal.npz")
    (tmp_path / "none.npz").write_bytes(b"PK")
    with pytest.raises(FileFormatError, match=r"Expected a .npz file"):
        read_members(tmp_path / "none.npz", ("x",))


def test_objects_are_refused(tmp_path):
    np.savez(tmp_path / "file.npz", x=np.asarray([[1], None], dtype=object))
    with (
        zipfile.ZipFile(tmp_path / "file.npz") as archive,
        pytest.raises(ValueError, match="allow_pickle=False"),
    ):
        read_array(archive.read("x.npy"))
