"""IMDB: 50,000 film reviews, for or against, as word numbers (Maas et al., 2011).

The reviews are those of Keras, number for number, so a model trained on Keras' word numbers goes on
working. Keras keeps them in a file that NumPy reads only by unpickling; here its numbers are decoded
without running it (:mod:`ranvier.datasets.ragged`).
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ranvier.datasets.npz import SPLIT_NAMES, read_array, read_members
from ranvier.datasets.ragged import integer_lists
from ranvier.datasets.sources import Source, check_content, check_digest, given_path, obtain, read_given
from ranvier.errors import ConfigurationError, DataError, FileFormatError
from ranvier.utils.files import file_digest

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "get_word_index", "load_data"]

CLASS_NAMES = ("negative", "positive")
"""The name of each class."""

MIRROR = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
REVIEWS_NAME = "imdb.npz"
REVIEWS_DIGEST = "sha256:69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
WORDS_NAME = "imdb_word_index.json"
WORDS_DIGEST = "md5:bfafd718b763782e994055a2d397834f"


class _Reviews(NamedTuple):
    """Reviews as arrays of word ranks, and their labels."""

    words: list[np.ndarray[Any, Any]]
    labels: np.ndarray[Any, Any]


def load_data(
    path: str | os.PathLike[str] = REVIEWS_NAME,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Split:
    """Load the reviews, each a list of word numbers.

    A word's number is its rank by frequency plus ``index_from``; with the defaults 0 is left for
    padding, 1 starts a review and 2 stands for a word that was left out.

    Args:
        path: A file in the layout of Keras' ``imdb.npz`` to read instead. Left out, it is looked for
            in ``RANVIER_DATA_HOME`` (``imdb/imdb.npz``) and in the cache, and else downloaded (17 MB).
        num_words: Words numbered from here on are left out; as in Keras, None leaves out the very
            last one.
        skip_top: Words numbered below this are left out.
        maxlen: Only reviews shorter than this are kept.
        seed: Seed of the shuffling.
        start_char: The number that starts a review; None for none.
        oov_char: The number of a word left out; None to drop it.
        index_from: What is added to each rank.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 25,000 reviews each, arrays of dtype object whose
        entries are lists of integers; labels int64, 1 for a good review.

    Raises:
        DownloadError: If the file cannot be had, or its content is not the expected one.
        DataError: If ``maxlen`` leaves no review.
        ConfigurationError: If ``num_words`` or ``maxlen`` is not positive.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(num_words=10000)  # doctest: +SKIP
    """
    for argument, count in (("num_words", num_words), ("maxlen", maxlen)):
        if count is not None and count < 1:
            raise ConfigurationError(f"`{argument}` must be a positive integer or None; received: {count!r}.")
    given = given_path(path, REVIEWS_NAME)
    if given is not None:
        parts = read_given(given, _read_reviews)
    else:
        parts = obtain(Source("imdb", REVIEWS_NAME, (f"{MIRROR}{REVIEWS_NAME}",), read=_read_known_reviews))
    rng = np.random.RandomState(seed)
    shuffled = [_shuffled(reviews, rng) for reviews in parts]
    numbered = [_numbered(reviews, start_char, index_from) for reviews in shuffled]
    if maxlen is not None:
        numbered = [_shorter(reviews, maxlen) for reviews in numbered]
    limit = num_words or max(int(words.max(initial=0)) for reviews in numbered for words in reviews.words)
    train, test = (_limited(reviews, skip_top, limit, oov_char) for reviews in numbered)
    return train, test


def get_word_index(path: str | os.PathLike[str] = WORDS_NAME) -> dict[str, int]:
    """Return the rank of each word; :func:`load_data` adds ``index_from`` to it.

    Args:
        path: A file in the layout of Keras' ``imdb_word_index.json`` to read instead. Left out, it
            is looked for in ``RANVIER_DATA_HOME`` (folder ``imdb``) and in the cache, and else
            downloaded (1.6 MB).

    Raises:
        DownloadError: If the file cannot be had, or its content is not the expected one.

    Example:
        >>> words = {rank + 3: word for word, rank in get_word_index().items()}  # doctest: +SKIP
    """
    given = given_path(path, WORDS_NAME)
    if given is not None:
        return read_given(given, _read_words)
    return obtain(Source("imdb", WORDS_NAME, (f"{MIRROR}{WORDS_NAME}",), read=_read_known_words))


def _read_known_reviews(path: Path) -> tuple[_Reviews, _Reviews]:
    check_digest(file_digest(path, REVIEWS_DIGEST.partition(":")[0]), REVIEWS_DIGEST)
    return _read_reviews(path)


def _read_reviews(path: Path) -> tuple[_Reviews, _Reviews]:
    members = read_members(path, SPLIT_NAMES)
    train, test = (
        _Reviews(_sequences(members[f"x_{part}"]), read_array(members[f"y_{part}"]))
        for part in ("train", "test")
    )
    for reviews in (train, test):
        if not reviews.words or len(reviews.words) != len(reviews.labels):
            raise FileFormatError(
                f"Expected one label per review; received: {len(reviews.words)} reviews and "
                f"{len(reviews.labels)} labels."
            )
    return train, test


def _sequences(content: bytes) -> list[np.ndarray[Any, Any]]:
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = header(stream)
    if not dtype.hasobject or len(shape) != 1:
        raise FileFormatError(f"Expected a list of sequences; received: shape {shape}, dtype {dtype}.")
    return integer_lists(stream.read())


def _read_known_words(path: Path) -> dict[str, int]:
    check_content(path.read_bytes(), WORDS_DIGEST)
    return _read_words(path)


def _read_words(path: Path) -> dict[str, int]:
    words = json.loads(path.read_text("utf-8"))
    if not isinstance(words, dict) or not all(type(rank) is int for rank in words.values()):
        raise FileFormatError("Expected a rank for each word.")
    return words


def _shuffled(reviews: _Reviews, rng: np.random.RandomState) -> _Reviews:
    order = np.arange(len(reviews.words))
    rng.shuffle(order)
    return _Reviews([reviews.words[i] for i in order], reviews.labels[order])


def _numbered(reviews: _Reviews, start_char: int | None, index_from: int) -> _Reviews:
    if start_char is None:
        return _Reviews([words + index_from for words in reviews.words], reviews.labels)
    start = np.asarray([start_char], np.int32)
    return _Reviews([np.concatenate([start, words + index_from]) for words in reviews.words], reviews.labels)


def _shorter(reviews: _Reviews, maxlen: int) -> _Reviews:
    kept = [i for i, words in enumerate(reviews.words) if len(words) < maxlen]
    if not kept:
        raise DataError(f"No review is shorter than maxlen={maxlen}; give a larger `maxlen`.")
    return _Reviews([reviews.words[i] for i in kept], reviews.labels[kept])


def _limited(
    reviews: _Reviews, skip_top: int, limit: int, oov_char: int | None
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    sequences = np.empty(len(reviews.words), dtype=object)
    for i, words in enumerate(reviews.words):
        inside = (words >= skip_top) & (words < limit)
        sequences[i] = (words[inside] if oov_char is None else np.where(inside, words, oov_char)).tolist()
    return sequences, reviews.labels
