from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ranvier.errors import DataError
from ranvier.estimators import ColumnSchema, Schema
from ranvier.estimators.tables.frames import read_table
from ranvier.estimators.tables.inference import infer_schema
from ranvier.estimators.tables.values import read_values

ROWS = 40


def inferred(columns: dict[str, Any], given: Schema | None = None) -> Schema:
    table = read_table(pd.DataFrame(columns))
    values = [read_values(column, name) for name, column in zip(table.names, table.columns, strict=True)]
    return infer_schema(table.names, values, given, named=True)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.arange(ROWS) * 1.5, "number"),
        (np.arange(ROWS) % 2, "number"),
        (np.arange(ROWS)[::-1] ** 2, "number"),
        ([str(number % 30 / 2) for number in range(ROWS)], "number"),
        ([str(number % 3) for number in range(ROWS)], "category"),
        (["a", "b"] * (ROWS // 2), "category"),
        ([True, False] * (ROWS // 2), "category"),
        (["same", None] * (ROWS // 2), "category"),
        (pd.date_range("2020-01-01", periods=ROWS), "date"),
        ([f"2020-01-{day % 9 + 1:02}" for day in range(ROWS)], "date"),
        ([f"0{number % 25:03}" for number in range(ROWS)], "category"),
        ([1, "a", 2.5, None] * (ROWS // 4), "category"),
        (np.full(ROWS, 7), "dropped"),
        ([None] * ROWS, "dropped"),
    ],
)
def test_kinds(values: Any, kind: str) -> None:
    assert inferred({"c": values})["c"].kind == kind


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("name", [f"n{number}" for number in range(ROWS)], "like a name"),
        ("n", np.arange(ROWS) + 17, "number of the row"),
        ("customer_id", np.random.default_rng(0).permutation(10_000)[:ROWS], "number of the row"),
        ("rowId", np.random.default_rng(0).permutation(10_000)[:ROWS], "number of the row"),
    ],
)
def test_identifiers_are_left_out_with_a_warning(name: str, values: Any, reason: str) -> None:
    with pytest.warns(UserWarning, match=f"column '{name}' is left out.*{reason}"):
        schema = inferred({name: values, "other": [1.0, 2.0] * (ROWS // 2)})
    assert schema[name].kind == "dropped"
    assert schema["other"].kind == "number"


def test_the_only_column_is_kept_though_it_counts_the_rows() -> None:
    schema = inferred({"x": np.arange(ROWS), "same": 1})
    assert schema["x"].kind == "number"


def test_few_rows_show_no_identifiers() -> None:
    assert inferred({"name": list("abcde")})["name"].kind == "category"


def test_what_is_told_is_obeyed() -> None:
    told = Schema(
        [
            ColumnSchema("a", "category"),
            ColumnSchema("b", "dropped"),
            ColumnSchema("c", "number"),
            ColumnSchema("d", "category", levels=["x"]),
            ColumnSchema("e", "number"),
        ]
    )
    schema = inferred(
        {
            "a": [3, 1] * 2,
            "b": [1.0, 2.0] * 2,
            "c": ["1", "x"] * 2,
            "d": ["x", "y"] * 2,
            "e": [True, False] * 2,
        },
        told,
    )
    assert schema["a"].levels == ["1", "3"]
    assert schema["b"].reason == "is left out by the schema"
    assert schema["c"].kind == "number"
    assert schema["d"].levels == ["x"]
    assert schema["e"].kind == "number"


def test_what_cannot_be_obeyed_is_refused() -> None:
    with pytest.raises(DataError, match="names the column 'z', which the table does not have"):
        inferred({"a": [1.0, 2.0]}, Schema([ColumnSchema("z", "number")]))
    with pytest.raises(DataError, match="takes the column 'a' for a date, but it holds no date"):
        inferred({"a": ["x", "y"]}, Schema([ColumnSchema("a", "date")]))
