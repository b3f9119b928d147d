from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ranvier.errors import DataTypeError
from ranvier.training.data.arrays import as_array
from ranvier.training.data.frames import frame_array

COLUMNS = {"a": [1, 2, 3], "b": [0.5, 1.5, 2.5], "c": [True, False, True]}
EXPECTED = np.array([[1, 0.5, 1], [2, 1.5, 0], [3, 2.5, 1]])
LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.fixture(params=LIBRARIES)
def frame(request):
    return LIBRARIES[request.param]


def test_numeric_columns_of_several_kinds_become_one_array(frame):
    array = frame_array(frame(COLUMNS), "x")
    np.testing.assert_array_equal(array, EXPECTED)
    assert array.dtype == np.float64


@pytest.mark.parametrize(
    "values", [[[1, 2], [3, 4]], [[1.5, 2], [3, 4]], [[True, False], [True, True]]], ids=str
)
def test_columns_of_one_kind_keep_it(frame, values):
    array = frame_array(frame({"a": values[0], "b": values[1]}), "x")
    np.testing.assert_array_equal(array, np.array(values).T)
    assert array.dtype == np.array(values).dtype


def test_a_frame_without_columns_has_no_values(frame):
    assert frame_array(frame({}), "x").shape == (0, 0)


@pytest.mark.parametrize(
    "series",
    [pd.Series([1.5, 2.5]), pl.Series([1.5, 2.5]), pa.chunked_array([[1.5], [2.5]]), pd.Index([1.5, 2.5])],
    ids=["pandas", "polars", "pyarrow", "index"],
)
def test_a_series_has_one_dimension(series):
    np.testing.assert_array_equal(as_array(series, "y"), [1.5, 2.5])


@pytest.mark.parametrize("kind", [int, bool, float])
def test_missing_values_become_nan(kind):
    frames = [pl.DataFrame({"a": [kind(1), None]}), pa.table({"a": [kind(1), None]})]
    for table in frames:
        np.testing.assert_array_equal(frame_array(table, "x"), [[1], [np.nan]])
        np.testing.assert_array_equal(frame_array(table["a"], "x"), [1, np.nan])


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "Float32"])
def test_nullable_columns_of_pandas_become_numbers(dtype):
    table = pd.DataFrame({"a": pd.array([1, None], dtype=dtype), "b": pd.array([1, 0], dtype=dtype)})
    array = frame_array(table, "x")
    np.testing.assert_array_equal(array, [[1, 1], [np.nan, 0]])
    assert array.dtype.kind == "f"


def test_decimals_become_floats():
    np.testing.assert_array_equal(frame_array(pl.DataFrame({"a": [Decimal("1.5")]}), "x"), [[1.5]])
    np.testing.assert_array_equal(frame_array(pl.Series([Decimal("1.5")]), "x"), [1.5])


def test_other_columns_are_named(frame):
    table = frame({"age": [1, 2], "city": ["a", "b"], "size": [0.5, 1], "name": ["c", "d"]})
    with pytest.raises(
        DataTypeError,
        match=r"Every column of `x` must hold numbers; received: 'city' \(String\), 'name' \(String\)\.",
    ):
        frame_array(table, "x")


def test_many_other_columns_are_counted():
    table = pl.DataFrame({f"c{index}": ["a"] for index in range(8)})
    with pytest.raises(DataTypeError, match=r"'c4' \(String\) and 3 more\."):
        frame_array(table, "x")


def test_dates_have_advice_of_their_own():
    table = pd.DataFrame({"day": pd.to_datetime(["2020-01-01"])})
    with pytest.raises(DataTypeError, match=r"'day' \(Datetime.*Turn dates into numbers"):
        frame_array(table, "x")
    with pytest.raises(DataTypeError, match=r"`y` must hold numbers; received: a series of String\. Drop"):
        frame_array(pd.Series(["a"]), "y")


def test_categories_are_not_numbers():
    with pytest.raises(DataTypeError, match=r"'kind' \(Categorical\)"):
        frame_array(pd.DataFrame({"kind": pd.Categorical(["a", "b"])}), "x")


def test_a_frame_that_is_not_computed_is_refused():
    with pytest.raises(DataTypeError, match=r"`x` must be a table in memory.*LazyFrame.*`collect\(\)`"):
        frame_array(pl.LazyFrame({"a": [1]}), "x")


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(DataTypeError, match=r"columns of different names; received: 'a' more than once"):
        frame_array(pd.DataFrame(np.ones((2, 2)), columns=["a", "a"]), "x")


def test_anything_else_is_left_to_others():
    assert frame_array(np.ones(3), "x") is None
    assert frame_array(pa.array([1, 2]), "x") is None
    np.testing.assert_array_equal(as_array(pa.array([1, 2]), "x"), [1, 2])


def test_names_need_not_be_strings():
    np.testing.assert_array_equal(frame_array(pd.DataFrame(np.eye(2)), "x"), np.eye(2))
