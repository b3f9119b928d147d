from __future__ import annotations

import hashlib

import numpy as np
import pytest

from ranvier.datasets import fashion_mnist
from ranvier.datasets.idx import IdxFile
from ranvier.errors import DownloadError
from tests.datasets.idx_bytes import idx_bytes


def test_download(small_images, small_files, server, monkeypatch):
    files = tuple(
        IdxFile(name, array.shape, f"md5:{hashlib.md5(idx_bytes(array)).hexdigest()}")
        for name, array in small_images.items()
    )
    monkeypatch.setattr(fashion_mnist, "FILES", files)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (server.address,))
    for name, content in small_files.items():
        server.put(name, content)
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    for ours, expected in zip((x_train, y_train, x_test, y_test), small_images.values(), strict=True):
        np.testing.assert_array_equal(ours, expected)


def test_mnist_in_its_place_is_refused(data_home, own_folder):
    """The two sets have the same names and shapes; the content tells them apart."""
    (own_folder / "fashion_mnist").symlink_to(data_home / "mnist")
    with pytest.raises(
        DownloadError, match="the MD5 should be f4a8712d7a061bf5bd6d2ca38dc4d50a; received: 6bbc"
    ):
        fashion_mnist.load_data()


def test_class_names():
    assert len(fashion_mnist.CLASS_NAMES) == 10
    assert fashion_mnist.CLASS_NAMES[9] == "Ankle boot"
