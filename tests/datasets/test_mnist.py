from __future__ import annotations

import hashlib

import numpy as np
import pytest

from ranvier.datasets import mnist
from ranvier.datasets.idx import IdxFile
from ranvier.errors import DownloadError
from tests.datasets.idx_bytes import idx_bytes
from tests.file_server import names


@pytest.fixture
def small(small_images, small_files, server, monkeypatch):
    """MNIST made small, and served."""
    files = tuple(
        IdxFile(name, array.shape, f"sha256:{hashlib.sha256(idx_bytes(array)).hexdigest()}")
        for name, array in small_images.items()
    )
    monkeypatch.setattr(mnist, "FILES", files)
    monkeypatch.setattr(mnist, "MIRRORS", (f"{server.address}first/", f"{server.address}second/"))
    for name, content in small_files.items():
        server.put(f"second/{name}", content)
    return list(small_images.values())


def check(loaded, arrays):
    (x_train, y_train), (x_test, y_test) = loaded
    for ours, expected in zip((x_train, y_train, x_test, y_test), arrays, strict=True):
        np.testing.assert_array_equal(ours, expected)
        assert ours.dtype == np.uint8


def test_the_real_data(data_home):
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert x_train.shape == (60000, 28, 28)
    assert x_test.shape == (10000, 28, 28)
    assert x_train.dtype == y_train.dtype == np.uint8
    np.testing.assert_array_equal(y_train[:10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    np.testing.assert_array_equal(y_test[:5], [7, 2, 1, 0, 4])
    np.testing.assert_array_equal(
        np.bincount(y_test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    )
    assert round(float(x_train.mean()) / 255, 4) == 0.1307
    assert [mnist.CLASS_NAMES[label] for label in y_train[:3]] == ["5", "0", "4"]


def test_the_real_data_over_the_network(data_home, server, monkeypatch, cache):
    """The published checksums hold for what a mirror sends."""
    for path in (data_home / "mnist").iterdir():
        server.put(path.name, path.read_bytes())
    monkeypatch.delenv("RANVIER_DATA_HOME")
    monkeypatch.setattr(mnist, "MIRRORS", (server.address,))
    (_, y_train), (_, y_test) = mnist.load_data()
    assert len(y_train) == 60000
    assert y_test[0] == 7
    assert len([name for name in names(cache / "mnist") if name.endswith(".gz")]) == 4


def test_download_from_the_second_mirror(small, server):
    check(mnist.load_data(), small)
    check(mnist.load_data("mnist.npz"), small)
    assert len(server.requests) == 8


def test_altered(small, server):
    name = "t10k-labels-idx1-ubyte.gz"
    server.put(f"second/{name}", server.files["/second/train-labels-idx1-ubyte.gz"].content)
    with pytest.raises(DownloadError, match=f"Could not download {name} of mnist.*header says"):
        mnist.load_data()


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_the_users_folder(small, small_images, small_files, own_folder, server, suffix):
    (own_folder / "mnist").mkdir()
    for name, array in small_images.items():
        content = small_files[f"{name}.gz"] if suffix else idx_bytes(array)
        (own_folder / "mnist" / f"{name}{suffix}").write_bytes(content)
    check(mnist.load_data(), small)
    assert server.requests == []


def test_a_file_of_keras(small, tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, **dict(zip(("x_train", "y_train", "x_test", "y_test"), small, strict=True)))
    check(mnist.load_data(path), small)
    path.write_bytes(b"no archive")
    with pytest.raises(DownloadError, match=r"mine.npz is not the expected file: Expected a \.npz file"):
        mnist.load_data(path)
