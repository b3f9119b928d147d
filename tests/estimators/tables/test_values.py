from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ranvier.errors import DataTypeError
from ranvier.estimators.tables.frames import read_table
from ranvier.estimators.tables.values import Values, read_values

DAY = dt.date(2020, 1, 2)
MOMENT = dt.datetime(2020, 1, 2, 12)
SECONDS = 1577966400.0
LARGE = 10**400


def values_of(column: Any) -> Values:
    table = (
        column if hasattr(column, "columns") or isinstance(column, pa.Table) else pd.DataFrame({"c": column})
    )
    table = read_table(table)
    return read_values(table.columns[0], "c")


NUMBERS: list[tuple[Any, str, list[float | None]]] = [
    (pd.Series([1, 2], dtype="int8"), "integer", [1, 2]),
    (pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
    (pd.Series([1.5, np.nan]), "number", [1.5, None]),
    (pd.Series([1.5, None], dtype="Float64"), "number", [1.5, None]),
    (pd.Series([Decimal("1.5"), None]), "number", [1.5, None]),
    (pd.Series([Fraction(1, 2), 2, np.float32(3)], dtype=object), "number", [0.5, 2, 3]),
    (pd.Series([LARGE, -LARGE, 1, pd.NA], dtype=object), "integer", [np.inf, -np.inf, 1, None]),
    (pd.Series(pd.to_datetime(["2020-01-02 12:00", None])), "date", [SECONDS, None]),
    (pd.Series(pd.to_datetime(["2020-01-02 14:00"]).tz_localize("Europe/Berlin")), "date", [SECONDS + 3600]),
    (pd.Series([DAY, None]), "date", [SECONDS - 43200, None]),
    (pd.Series([MOMENT, pd.NaT], dtype=object), "date", [SECONDS, None]),
    (pd.Series([MOMENT.replace(tzinfo=dt.UTC)], dtype=object), "date", [SECONDS]),
    (pd.Series(pd.to_timedelta([90, None], "s")), "number", [90, None]),
    (pd.Series([dt.timedelta(seconds=90), None], dtype=object), "number", [90, None]),
    (pd.Series([dt.time(1, 0, 5), None]), "number", [3605, None]),
    (pd.Series([None, np.nan], dtype=object), "empty", [None, None]),
    (pl.DataFrame({"c": pl.Series([2**63 + 1], dtype=pl.UInt64)}), "integer", [float(2**63)]),
    (pl.DataFrame({"c": [Decimal("1.50")]}), "number", [1.5]),
    (pl.DataFrame({"c": [DAY, None]}), "date", [SECONDS - 43200, None]),
    (pl.DataFrame({"c": [dt.time(1), None]}), "number", [3600, None]),
    (pl.DataFrame({"c": [dt.timedelta(hours=1), None]}), "number", [3600, None]),
    (pa.table({"c": pa.array([MOMENT, None], pa.timestamp("ns", "UTC"))}), "date", [SECONDS, None]),
    (pa.table({"c": pa.array([1, None], pa.int16())}), "integer", [1, None]),
]


@pytest.mark.parametrize(("column", "source", "expected"), NUMBERS)
def test_numbers_and_dates(column: Any, source: str, expected: list[float | None]) -> None:
    found = values_of(column)
    assert found.source == source
    assert found.numbers is not None
    np.testing.assert_allclose(found.numbers, [np.nan if each is None else each for each in expected])
    assert found.missing.tolist() == [each is None for each in expected]


TEXTS: list[tuple[Any, str, list[str | None]]] = [
    (pd.Series(["x", None, "y"]), "text", ["x", None, "y"]),
    (pd.Series(["x", pd.NA], dtype="string"), "text", ["x", None]),
    (pd.Series(["x", None], dtype="category"), "text", ["x", None]),
    (pd.Series([2, 1], dtype="category"), "text", ["2", "1"]),
    (pd.Series([True, False]), "boolean", ["True", "False"]),
    (pd.Series([True, None], dtype="boolean"), "boolean", ["True", None]),
    (pd.Series([True, None, False], dtype=object), "boolean", ["True", None, "False"]),
    (
        pd.Series([1, "1", 1.0, 2.5, np.nan, DAY], dtype=object),
        "text",
        ["1", "1", "1", "2.5", None, "2020-01-02"],
    ),
    (pl.DataFrame({"c": pl.Series(["x", None], dtype=pl.Categorical)}), "text", ["x", None]),
    (pl.DataFrame({"c": pl.Series(["x"], dtype=pl.Enum(["x", "y"]))}), "text", ["x"]),
    (pl.DataFrame({"c": [True, None]}), "boolean", ["True", None]),
    (pa.table({"c": pa.array(["x", None]).dictionary_encode()}), "text", ["x", None]),
]


@pytest.mark.parametrize(("column", "source", "expected"), TEXTS)
def test_texts_and_truth_values(column: Any, source: str, expected: list[str | None]) -> None:
    found = values_of(column)
    assert found.source == source
    assert found.texts is not None
    levels = [*found.texts.levels, None]
    assert [levels[code] for code in found.texts.codes] == expected


@pytest.mark.parametrize(
    ("array", "source"),
    [
        (np.array([1, 2], "uint16"), "integer"),
        (np.array([1, 2], "float16"), "number"),
        (np.array([True, False]), "boolean"),
        (np.array(["a", "b"]), "text"),
        (np.array(["2020-01-02T12", "NaT"], "datetime64[h]"), "date"),
        (np.array([1, 2], "timedelta64[D]"), "number"),
        (np.array([np.datetime64("2020-01-02"), None], object), "date"),
        (np.array([np.timedelta64(1, "s"), None], object), "number"),
    ],
)
def test_arrays_of_every_kind(array: Any, source: str) -> None:
    assert read_values(array, "c").source == source


@pytest.mark.parametrize(
    "column",
    [
        pl.DataFrame({"c": [[1], [2]]}),
        pl.DataFrame({"c": [{"a": 1}]}),
        pl.DataFrame({"c": [b"x"]}),
        pd.Series([{"a": 1}, 2]),
        pd.Series([b"x"]),
        pd.Series([(1, 2)]),
        pd.Series([1 + 2j], dtype=object),
    ],
)
def test_other_values_are_refused_with_the_name_of_the_column(column: Any) -> None:
    with pytest.raises(DataTypeError, match="column 'c' must hold numbers, texts"):
        values_of(column)


def test_bytes_in_an_array_are_refused() -> None:
    with pytest.raises(DataTypeError, match="received: bytes"):
        read_values(np.array([b"x"]), "c")
