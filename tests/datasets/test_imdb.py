from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from ranvier.datasets import imdb
from ranvier.errors import ConfigurationError, DataError, DownloadError


def ragged(lists: list) -> np.ndarray:
    array = np.empty(len(lists), dtype=object)
    array[:] = lists
    return array


@pytest.fixture
def path(tmp_path):
    rng = np.random.default_rng(0)

    def reviews(count: int) -> np.ndarray:
        return ragged([rng.integers(1, 60, rng.integers(1, 25)).tolist() for _ in range(count)])

    file = tmp_path / "reviews.npz"
    np.savez(
        file,
        x_train=reviews(20),
        y_train=rng.integers(0, 2, 20),
        x_test=reviews(12),
        y_test=rng.integers(0, 2, 12),
    )
    return file


OPTIONS = [
    {},
    {"num_words": 20},
    {"num_words": 30, "skip_top": 8},
    {"num_words": 30, "skip_top": 8, "oov_char": None},
    {"maxlen": 15},
    {"maxlen": 15, "num_words": 25, "seed": 7},
    {"start_char": None},
    {"start_char": None, "index_from": 0},
    {"start_char": 5, "oov_char": 9, "index_from": 10, "num_words": 40},
    {"start_char": None, "index_from": 4, "skip_top": 10, "maxlen": 20},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_equals_keras(path, options, monkeypatch):
    pytest.importorskip("keras")
    from keras.src.datasets import imdb as theirs

    monkeypatch.setattr(theirs, "get_file", lambda *_, **__: path)
    ours, expected = imdb.load_data(path, **options), theirs.load_data(**options)
    for (our_x, our_y), (their_x, their_y) in zip(ours, expected, strict=True):
        assert our_x.dtype == object
        assert list(our_x) == list(their_x)
        assert all(type(number) is int for number in our_x[0])
        np.testing.assert_array_equal(our_y, their_y)


def test_by_hand(tmp_path):
    file = tmp_path / "reviews.npz"
    np.savez(file, x_train=ragged([[1, 5, 2]]), y_train=[1], x_test=ragged([[9]]), y_test=[0])
    (x_train, y_train), (x_test, y_test) = imdb.load_data(file, num_words=7)
    assert list(x_train) == [[1, 4, 2, 5]]
    assert list(x_test) == [[1, 2]]
    assert (y_train[0], y_test[0]) == (1, 0)


def test_download_and_checksum(path, server, monkeypatch):
    content = path.read_bytes()
    server.put("imdb.npz", content)
    monkeypatch.setattr(imdb, "MIRROR", server.address)
    with pytest.raises(
        DownloadError, match="the SHA256 should be 69664113be75683a8fe16e3ed0ab59fda8886cb3cd"
    ):
        imdb.load_data()
    monkeypatch.setattr(imdb, "REVIEWS_DIGEST", f"sha256:{hashlib.sha256(content).hexdigest()}")
    (x_train, _), (x_test, _) = imdb.load_data()
    assert (len(x_train), len(x_test)) == (20, 12)
    imdb.load_data()
    assert len(server.requests) == 2


def test_the_users_folder(path, own_folder, monkeypatch):
    (own_folder / "imdb").mkdir()
    (own_folder / "imdb" / "imdb.npz").write_bytes(path.read_bytes())
    monkeypatch.setattr(imdb, "REVIEWS_DIGEST", f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}")
    assert len(imdb.load_data()[0][0]) == 20


def test_word_index(server, monkeypatch, tmp_path):
    words = json.dumps({"the": 1, "and": 2}).encode()
    server.put("imdb_word_index.json", words)
    monkeypatch.setattr(imdb, "MIRROR", server.address)
    monkeypatch.setattr(imdb, "WORDS_DIGEST", f"md5:{hashlib.md5(words).hexdigest()}")
    assert imdb.get_word_index() == {"the": 1, "and": 2}
    (tmp_path / "mine.json").write_bytes(words)
    assert imdb.get_word_index(tmp_path / "mine.json") == {"the": 1, "and": 2}
    (tmp_path / "mine.json").write_text('{"the": "first"}')
    with pytest.raises(DownloadError, match="Expected a rank for each word"):
        imdb.get_word_index(tmp_path / "mine.json")
    (tmp_path / "mine.json").write_text("no words")
    with pytest.raises(DownloadError, match="is not the expected file"):
        imdb.get_word_index(tmp_path / "mine.json")


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (
            {"x_train": np.ones((2, 3))},
            r"Expected a list of sequences; received: shape \(2, 3\), dtype float64",
        ),
        ({"y_train": np.ones(3)}, "one label per review; received: 1 reviews and 3 labels"),
        ({"x_train": ragged([["text"]])}, "Expected lists of integers"),
    ],
)
def test_other_files(tmp_path, arrays, sentence):
    one = {"x_train": ragged([[1]]), "y_train": np.ones(1), "x_test": ragged([[1]]), "y_test": np.ones(1)}
    np.savez(tmp_path / "mine.npz", **(one | arrays))
    with pytest.raises(DownloadError, match=sentence):
        imdb.load_data(tmp_path / "mine.npz")


def test_wrong_arguments(path):
    with pytest.raises(DataError, match="No review is shorter than maxlen=1"):
        imdb.load_data(path, maxlen=1)
    with pytest.raises(
        ConfigurationError, match="`num_words` must be a positive integer or None; received: 0"
    ):
        imdb.load_data(path, num_words=0)
    with pytest.raises(ConfigurationError, match="`maxlen` must be"):
        imdb.load_data(path, maxlen=-1)


def test_class_names():
    assert imdb.CLASS_NAMES == ("negative", "positive")
