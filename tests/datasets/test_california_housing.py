from __future__ import annotations

import hashlib
import io
import tarfile

import numpy as np
import pytest

from ranvier.datasets import california_housing
from ranvier.errors import ConfigurationError, DownloadError, UnknownNameError

ROWS = 50
LOWEST = np.array([-124.35, 32.54, 1, 2, 1, 3, 1, 0.4999, 14999])
HIGHEST = np.array([-114.31, 41.95, 52, 39320, 6445, 35682, 6082, 15.0001, 500001])


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setattr(california_housing, "ROWS", ROWS)
    monkeypatch.setattr(california_housing, "SMALL_ROWS", 10)
    return np.random.default_rng(0).uniform(LOWEST, HIGHEST, (ROWS, 9)).round(4)


def as_text(table: np.ndarray) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in table).encode()


def as_archive(table: np.ndarray, name: str = "CaliforniaHousing/cal_housing.data") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member, content in (("CaliforniaHousing/readme", b"about"), (name, as_text(table))):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def served(table, server, monkeypatch):
    archive = as_archive(table)
    monkeypatch.setattr(california_housing, "ADDRESSES", (server.put("files/5976036", archive),))
    monkeypatch.setattr(california_housing, "ARCHIVE_DIGEST", f"sha256:{hashlib.sha256(archive).hexdigest()}")


def expected(table: np.ndarray, seed: int = 113) -> tuple[np.ndarray, np.ndarray]:
    """Worked out column by column, in scikit-learn's way; rows in Keras' order."""
    order = np.arange(len(table))
    np.random.RandomState(seed).shuffle(order)
    rows = table[order]
    x = rows[:, [7, 2, 3, 4, 5, 5, 1, 0]].copy()
    for column in (2, 3, 5):
        x[:, column] /= rows[:, 6]
    return x.astype(np.float32), rows[:, 8].astype(np.float32)


def test_download(table, served):
    (x_train, y_train), (x_test, y_test) = california_housing.load_data()
    x, y = expected(table)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), x)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), y)
    assert x_train.shape == (40, 8)
    assert x_train.dtype == y_train.dtype == np.float32
    assert len(california_housing.FEATURE_NAMES) == 8


def test_versions_splits_and_seeds(table, served):
    (x_train, _), (x_test, _) = california_housing.load_data("small", test_split=0.3, seed=5)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), expected(table[:10], seed=5)[0])
    assert (len(x_train), len(x_test)) == (7, 3)


def test_rows_come_in_keras_order(table, served, tmp_path, monkeypatch):
    """Keras' loader, given a file whose rows carry the same target, divides them alike."""
    pytest.importorskip("keras")
    from keras.src.datasets import california_housing as theirs

    np.savez(tmp_path / "theirs.npz", x=table[:, :8], y=table[:, 8])
    monkeypatch.setattr(theirs, "get_file", lambda *_, **__: tmp_path / "theirs.npz")
    for options in ({}, {"test_split": 0.35, "seed": 1}):
        (_, y_train), (_, y_test) = california_housing.load_data(**options)
        (_, keras_train), (_, keras_test) = theirs.load_data(**options)
        np.testing.assert_array_equal(y_train, keras_train.astype(np.float32))
        np.testing.assert_array_equal(y_test, keras_test.astype(np.float32))


def test_the_users_files(table, own_folder, tmp_path):
    (own_folder / "california_housing").mkdir()
    (own_folder / "california_housing" / "cal_housing.data").write_bytes(as_text(table))
    (x_train, _), _ = california_housing.load_data()
    np.testing.assert_array_equal(x_train, expected(table)[0][:40])
    path = tmp_path / "mine.data"
    path.write_bytes(as_text(table))
    np.testing.assert_array_equal(california_housing.load_data(path=path)[0][0], x_train)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda table: table[:-1], r"Expected a table of shape \(50, 9\); received: \(49, 9\)"),
        (lambda table: table[:, ::-1], "Expected the column 'longitude' between -125 and -114; received: "),
        (lambda table: table * [1, 1, 1, 1, 1, 1, 1, np.nan, 1], "the column 'income' between 0.4 and 15.1"),
    ],
)
def test_other_tables(table, tmp_path, change, sentence):
    path = tmp_path / "mine.data"
    path.write_bytes(as_text(change(table)))
    with pytest.raises(DownloadError, match=sentence):
        california_housing.load_data(path=path)


def test_other_files(table, tmp_path, monkeypatch):
    path = tmp_path / "mine"
    path.write_bytes(b"a,b\n")
    with pytest.raises(DownloadError, match="is not the expected file"):
        california_housing.load_data(path=path)
    path.write_bytes(as_archive(table))
    with pytest.raises(DownloadError, match="the SHA256 should be aaa5c9a6afe2225cc2aed2723682ae40"):
        california_housing.load_data(path=path)
    path.write_bytes(content := as_archive(table, "elsewhere.txt"))
    monkeypatch.setattr(california_housing, "ARCHIVE_DIGEST", f"sha256:{hashlib.sha256(content).hexdigest()}")
    with pytest.raises(DownloadError, match=r"The archive lacks cal_housing.data"):
        california_housing.load_data(path=path)


def test_wrong_arguments(table, served):
    with pytest.raises(UnknownNameError, match=r"Unknown version; received: 'smal'. Did you mean 'small'"):
        california_housing.load_data("smal")
    with pytest.raises(ConfigurationError, match="`test_split` must be a fraction"):
        california_housing.load_data(test_split=2)
