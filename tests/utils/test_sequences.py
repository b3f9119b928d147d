from __future__ import annotations

import itertools

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataTypeError, ShapeError, UnknownNameError
from ranvier.utils import pad_sequences

SEQUENCES = {
    "numbers": [[1], [2, 3], [4, 5, 6], []],
    "arrays": [np.arange(3), np.arange(5)],
    "vectors": [[[1, 2]], [[3, 4], [5, 6], [7, 8]]],
    "first empty": [[], [[1.5, 2.5]]],
    "tuples": ((1, 2, 3), (4,)),
    "all empty": [[], []],
}


def test_by_hand():
    padded = pad_sequences([[1], [2, 3, 4]], maxlen=2)
    np.testing.assert_array_equal(padded, [[0, 1], [3, 4]])
    assert padded.dtype == np.int32


@pytest.mark.parametrize("name", SEQUENCES)
def test_equals_keras(keras, name):
    sides = ("pre", "post")
    for maxlen, padding, truncating, value in itertools.product((None, 1, 2, 7), sides, sides, (0.0, -1)):
        for dtype in ("int32", "float32"):
            options = {"padding": padding, "truncating": truncating, "value": value, "dtype": dtype}
            ours = pad_sequences(SEQUENCES[name], maxlen, **options)
            theirs = keras.utils.pad_sequences(SEQUENCES[name], maxlen, **options)
            np.testing.assert_array_equal(ours, theirs)
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)


def test_text(keras):
    words = [["a"], ["bb", "ccc"]]
    ours = pad_sequences(words, dtype=object, value="?")
    np.testing.assert_array_equal(ours, keras.utils.pad_sequences(words, dtype=object, value="?"))


def test_no_sequences():
    assert pad_sequences([]).shape == (0, 0)
    assert pad_sequences([], maxlen=3).shape == (0, 3)


@pytest.mark.parametrize(
    ("sequences", "options", "error", "sentence"),
    [
        (5, {}, DataTypeError, "expects a list of sequences; received: int"),
        ([1, 2], {}, DataTypeError, "received: 1 at position 0"),
        (
            [[[1, 2]], [[3]]],
            {},
            ShapeError,
            r"here \(2,\) as in the first .*; received: shape \(1,\) in .* 1",
        ),
        ([[1]], {"padding": "front"}, UnknownNameError, "Unknown `padding`; received: 'front'"),
        ([[1]], {"truncating": "prev"}, UnknownNameError, "Did you mean 'pre'"),
        ([[1]], {"maxlen": 0}, ConfigurationError, "positive integer or None; received: 0"),
        ([[1]], {"maxlen": 1.5}, ConfigurationError, "received: 1.5"),
        (
            [["a"]],
            {"value": "?"},
            ConfigurationError,
            "needs `dtype=object`; received: value='\\?' with dtype int32",
        ),
    ],
)
def test_what_is_refused(sequences, options, error, sentence):
    with pytest.raises(error, match=sentence):
        pad_sequences(sequences, **options)
