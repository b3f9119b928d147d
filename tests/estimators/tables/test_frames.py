from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from ranvier.errors import DataError, DataTypeError, ShapeError
from ranvier.estimators.tables.frames import aligned, read_table

ROWS = {"b": [1.0, 2.0, 3.0], "a": ["x", "y", None]}
FRAMES = [pd.DataFrame(ROWS), pl.DataFrame(ROWS), pa.table(ROWS), pl.DataFrame(ROWS).lazy()]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: type(frame).__module__)
def test_frames_of_every_library_are_read_alike(frame: Any) -> None:
    table = read_table(frame)
    assert (table.names, table.named, table.rows) == (("b", "a"), True, 3)
    assert table.slice(1, 9).rows == 2
    assert table.take(["a"]).names == ("a",)
    assert table.rows_at(np.array([2, 2])).columns[0].to_list() == [3.0, 3.0]


@pytest.mark.parametrize("X", [np.ones((2, 3)), [[1, "a", None], [2, "b", 3.0]], ((1, 2, 3), (4, 5, 6))])
def test_arrays_and_lists_have_columns_by_number(X: Any) -> None:
    table = read_table(X)
    assert (table.names, table.named, table.rows) == (("x0", "x1", "x2"), False, 2)


def test_rows_of_mixed_types_keep_their_types() -> None:
    assert read_table([[1, "a"], [2, "b"]]).columns[0].tolist() == [1, 2]


def test_a_record_array_has_names() -> None:
    table = read_table(np.array([(1, "x")], dtype=[("n", "i4"), ("s", "U1")]))
    assert table.names == ("n", "s")


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.zeros(3), ShapeError, "Reshape your data"),
        (np.zeros((2, 2, 2)), ShapeError, "got 3D"),
        (np.zeros((0, 2)), DataError, "no rows"),
        (np.zeros((2, 0)), DataError, "no columns"),
        (np.zeros((2, 2), complex), ValueError, "Complex data not supported"),
        (np.zeros((2, 2), "V3"), DataTypeError, "received dtype"),
        ([[1, 2], [3]], DataTypeError, "rows of equal length"),
        (5, DataTypeError, "received: int"),
        (None, DataTypeError, "received: NoneType"),
        (csr_matrix((2, 2)), DataTypeError, "dense data is required"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), DataError, "received the name 'a' 2 times"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), DataError, "received the name '1' 2 times"),
        (pa.table([[1], [2]], names=["a", "a"]), DataError, "received the name 'a' 2 times"),
    ],
)
def test_what_is_no_table_is_refused(X: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_table(X)


def test_columns_are_found_by_name() -> None:
    table = read_table(pd.DataFrame({"more": [0], "b": [2], "a": [1]}))
    found = aligned(table, ["a", "b"], named=True, estimator="E")
    assert [int(column[0]) for column in found.columns] == [1, 2]
    with pytest.raises(
        DataError, match=r"lacks 1 of the 2 columns that E was fitted with: 'c'; received: 'more'"
    ):
        aligned(table, ["a", "c"], named=True, estimator="E")


def test_columns_without_names_are_taken_by_position() -> None:
    array = read_table(np.ones((1, 2)))
    assert aligned(array, ["x0", "x1"], named=False, estimator="E").rows == 1
    with pytest.raises(ShapeError, match="X has 2 features, but E is expecting 3 features"):
        aligned(array, ["x0", "x1", "x2"], named=False, estimator="E")
    with pytest.warns(UserWarning, match="X does not have valid feature names, but E was fitted with"):
        aligned(array, ["a", "b"], named=True, estimator="E")
    named = read_table(pd.DataFrame({"a": [1], "b": [2]}))
    with pytest.warns(UserWarning, match="X has feature names, but E was fitted without"):
        aligned(named, ["x0", "x1"], named=False, estimator="E")
