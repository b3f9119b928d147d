from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

from ranvier.errors import DataError
from ranvier.training.data.batch import Batch, common_rows, unpacked

Example = namedtuple("Example", ["image", "label"])


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (1, (1, None, None)),
        ({"a": 1}, ({"a": 1}, None, None)),
        ((1,), (1, None, None)),
        ((1, 2), (1, 2, None)),
        ([1, 2], (1, 2, None)),
        ((1, 2, 3), (1, 2, 3)),
        (Example(1, 2), (1, 2, None)),
        (Batch(1, 2, 3), (1, 2, 3)),
    ],
    ids=str,
)
def test_one_to_three_parts(data, parts):
    assert unpacked(data, "It") == parts


@pytest.mark.parametrize(("data", "words"), [((), "a tuple of 0"), ([1, 2, 3, 4], "a list of 4")])
def test_other_numbers_of_parts_are_refused(data, words):
    with pytest.raises(
        DataError, match=rf"`validation_data` must hold \(x,\), \(x, y\) or .*received: {words}\."
    ):
        unpacked(data, "`validation_data`")


def test_rows_of_a_batch():
    assert Batch({"a": np.ones((5, 2))}).rows == 5
    assert Batch([]).rows == 0


def test_common_rows():
    assert common_rows([np.ones(3), np.ones((3, 2))], {"a": None, "b": np.ones(3)}) == 3


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        (np.ones(3), np.ones(4), r"the same number of rows; received: `x` 3, `y` 4\. Take them"),
        ([np.ones(3), np.ones(2)], None, r"received: `x\[0\]` 3, `x\[1\]` 2"),
        ({"a": np.ones(3)}, {"b": np.ones(5)}, r"received: `x\['a'\]` 3, `y\['b'\]` 5"),
        (np.ones((0, 2)), np.ones(0), r"at least one row; received: `x` with 0 rows"),
        (None, np.ones(2), r"`x` must be data; received: nothing"),
        ([np.ones(2), None], None, r"`x\[1\]` must be data; received: nothing"),
        ({}, None, r"`x` must be data; received: nothing"),
    ],
)
def test_rows_that_do_not_fit_are_refused(x, y, sentence):
    with pytest.raises(DataError, match=sentence):
        common_rows(x, y)
