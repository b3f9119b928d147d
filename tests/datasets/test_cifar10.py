from __future__ import annotations

import hashlib
import io
import tarfile

import numpy as np
import pytest

from ranvier.datasets import cifar10
from ranvier.errors import DownloadError

COUNT = 3


def make_archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def files(monkeypatch):
    """Six small files of records, made known to the module."""
    rng = np.random.default_rng(0)
    made = {}
    for name in cifar10.FILES:
        records = rng.integers(0, 256, (COUNT, 3073), np.uint8)
        records[:, 0] = rng.integers(0, 10, COUNT)
        made[name] = records.tobytes()
    monkeypatch.setattr(cifar10, "IMAGES_PER_FILE", COUNT)
    digests = {name: f"sha256:{hashlib.sha256(content).hexdigest()}" for name, content in made.items()}
    monkeypatch.setattr(cifar10, "FILES", digests)
    return made


@pytest.fixture
def serve_archive(files, server, monkeypatch):
    def put(content: bytes) -> None:
        monkeypatch.setattr(cifar10, "ADDRESSES", (server.put("cifar-10-binary.tar.gz", content),))
        monkeypatch.setattr(cifar10, "ARCHIVE_DIGEST", f"md5:{hashlib.md5(content).hexdigest()}")

    return put


def check(loaded, files):
    (x_train, y_train), (x_test, y_test) = loaded
    assert x_train.shape == (5 * COUNT, 32, 32, 3)
    assert y_train.shape == (5 * COUNT, 1)
    assert x_test.shape == (COUNT, 32, 32, 3)
    assert x_train.dtype == y_test.dtype == np.uint8
    second = np.frombuffer(files["data_batch_2.bin"], np.uint8).reshape(COUNT, 3073)
    assert y_train[COUNT, 0] == second[0, 0]
    # The pixel in row 4, column 7: its red, green and blue stand 1024 bytes apart.
    np.testing.assert_array_equal(x_train[COUNT, 4, 7], second[0, 1 + 4 * 32 + 7 :: 1024][:3])
    assert y_test[2, 0] == np.frombuffer(files["test_batch.bin"], np.uint8)[2 * 3073]


def test_download(files, serve_archive, server):
    serve_archive(make_archive(files | {"batches.meta.txt": b"airplane\n"}))
    check(cifar10.load_data(), files)
    check(cifar10.load_data(), files)
    assert len(server.requests) == 1


def test_the_users_folder(files, own_folder, monkeypatch):
    folder = own_folder / "cifar10" / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    check(cifar10.load_data(), files)
    (folder / "data_batch_3.bin").write_bytes(files["data_batch_1.bin"])
    with pytest.raises(
        DownloadError, match="cifar-10-batches-bin is not the expected file: Its content was altered"
    ):
        cifar10.load_data()
    (folder / "data_batch_3.bin").unlink()
    with pytest.raises(DownloadError, match="data_batch_3"):
        cifar10.load_data()


def test_the_users_archive(files, own_folder, monkeypatch):
    (own_folder / "cifar10").mkdir()
    archive = make_archive(files)
    (own_folder / "cifar10" / "cifar-10-binary.tar.gz").write_bytes(archive)
    with pytest.raises(DownloadError, match="the MD5 should be c32a1d4ab5d03f1284b67883e8d87530; received"):
        cifar10.load_data()
    monkeypatch.setattr(cifar10, "ARCHIVE_DIGEST", f"md5:{hashlib.md5(archive).hexdigest()}")
    check(cifar10.load_data(), files)


def test_incomplete_archives(files, serve_archive):
    serve_archive(make_archive({name: files[name] for name in list(files)[:4]}))
    with pytest.raises(DownloadError, match=r"The archive lacks data_batch_5.bin, test_batch.bin"):
        cifar10.load_data()
    serve_archive(make_archive({name: content[:-1] for name, content in files.items()}))
    with pytest.raises(DownloadError, match=r"data_batch_1.bin should have 9,219 bytes; received: 9,218"):
        cifar10.load_data()
