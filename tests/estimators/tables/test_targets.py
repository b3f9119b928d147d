"""Labels and numbers as users give them, and the sentences for what cannot be one."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from ranvier.errors import DataError, DataTypeError, LabelError, ShapeError
from ranvier.estimators.tables.targets import checked_labels, checked_numbers, require_length


@pytest.mark.parametrize(
    "given",
    [
        ["a", "b", "a"],
        np.array(["a", "b", "a"], object),
        pd.Series(["a", "b", "a"], dtype="string"),
        pd.Categorical(["a", "b", "a"]),
        pl.Series(["a", "b", "a"]),
    ],
)
def test_labels_of_every_kind(given: Any) -> None:
    assert checked_labels(given).tolist() == ["a", "b", "a"]


def test_labels_that_are_numbers() -> None:
    assert checked_labels(pd.array([1, 2, 1], dtype="Int64")).tolist() == [1, 2, 1]
    assert checked_labels([True, False]).tolist() == [True, False]
    assert checked_labels([2.0, 3.0]).tolist() == [2.0, 3.0]
    with pytest.warns(UserWarning, match="column-vector"):
        assert checked_labels(np.array([[1], [0]])).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (pd.array(["a", None, "b"], dtype="string"), DataError, "missing in 1 of 3 rows"),
        (["a", None, None], DataError, "missing in 2 of 3 rows"),
        ([1.0, np.nan], DataError, "missing in 1 of 2 rows"),
        ([1.0, np.inf], DataError, "infinity"),
        ([1.0, 0.25], LabelError, "Unknown label type: .*0.25.*regressor"),
        (np.array([1, "a"], object), LabelError, r"Unknown label type: .*\['int', 'str'\]"),
        ([["a", "b"], ["b", "a"]], ShapeError, r"1d array .*\(2, 2\)"),
        ([["a"], ["b", "a"]], ShapeError, "unequal length"),
        ("a", ShapeError, "1d array"),
    ],
)
def test_labels_that_cannot_be(given: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        checked_labels(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([1, 2], [1.0, 2.0]),
        ([True, False], [1.0, 0.0]),
        (["1.5", "2"], [1.5, 2.0]),
        ([Decimal("1.25"), 3], [1.25, 3.0]),
        (pd.array([1.5, 2.5], dtype="Float64"), [1.5, 2.5]),
        (pl.Series([1, 2]), [1.0, 2.0]),
        ([[1, 2], [3, 4]], [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_numbers_of_every_kind(given: Any, expected: Any) -> None:
    found = checked_numbers(given)
    assert found.dtype == np.float64
    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([1.0, np.nan, 2.0], DataError, "missing in 1 of 3 rows"),
        (pd.array([1.5, None], dtype="Float64"), DataError, "missing in 1 of 2 rows"),
        ([1.0, -np.inf], DataError, "infinity"),
        ([10**400, 1], DataError, "infinity"),
        ([1e200, 1.0], DataError, r"1e\+200.*logarithm"),
        (["1", "b"], DataTypeError, "'b'.*classifier"),
        ([datetime(2020, 1, 1)], DataTypeError, "days since"),
        (pd.date_range("2020", periods=3), DataTypeError, "days since"),
        (np.array([1, 2], "m8[h]"), DataTypeError, "days since"),
        ([1 + 2j], DataTypeError, "Complex data not supported"),
        (np.zeros((2, 2, 2)), ShapeError, r"\(2, 2, 2\)"),
        (scipy.sparse.csr_array(np.eye(2)), DataTypeError, "dense data is required"),
    ],
)
def test_numbers_that_cannot_be(given: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        checked_numbers(given)


def test_a_target_for_each_row() -> None:
    require_length(np.zeros(3), 3)
    with pytest.raises(DataError, match="X has 3 rows, y has 2"):
        require_length(np.zeros(2), 3)
