"""Columns of any kind of values as exported files for tables take them, beside what the estimators make of them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ranvier.estimators.tables.dates import date_parts
from ranvier.estimators.tables.encoding_steps import _date_parts
from ranvier.estimators.tables.inference import as_dates, as_numbers, as_texts
from ranvier.estimators.tables.values import read_values
from ranvier.exports.builder import Builder
from ranvier.exports.program import READING
from ranvier.exports.python_file import columns

INPUTS = (("a", "number"), ("b", "text"))
NUMBERS: list[Any] = [
    1,
    2.5,
    None,
    math.nan,
    np.float32(0.5),
    np.int64(7),
    Decimal("1.25"),
    10**400,
    -(10**400),
]
TEXTS: list[Any] = ["12.5", " 3 ", ".5", "1e3", "nan", "inf", "0x10", "1,5", "", "-4."]
DATES: list[Any] = [
    *(dt.datetime(2020, 2, 29, 13, 30), dt.date(1969, 7, 20), pd.Timestamp("2024-12-31"), None, pd.NaT),
    dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))),
]
WRITTEN: list[Any] = [
    "2020-02-29",
    "2020-02-29T13:30",
    "2020-02-30",
    "2020-01-01 00:00:00+02:00",
    "29.02.2020",
    "",
]


def test_numbers_and_texts_that_are_numbers() -> None:
    for values in (NUMBERS, TEXTS):
        found = columns.number_column([columns.plain(value) for value in values])
        expected = as_numbers(read_values(np.array(values, object), "a"))
        np.testing.assert_array_equal(found[:, 0], expected)
    assert columns.number_of(dt.time(1, 0, 1)) == 3601.0
    assert columns.number_of(columns.plain(np.timedelta64(90, "s"))) == 90.0
    assert columns.number_of(dt.date(1970, 1, 2)) == 86_400.0
    assert math.isnan(columns.number_of(columns.plain(np.timedelta64("NaT"))))


def test_dates_and_texts_that_are_dates() -> None:
    for values in (DATES, WRITTEN):
        found = columns.date_column([columns.plain(value) for value in values])
        expected = as_dates(read_values(np.array(values, object), "a"))
        np.testing.assert_array_equal(found[:, 0], expected)
    moments = np.array(["2020-02-29T13:30", "NaT"], "datetime64[ns]")
    np.testing.assert_array_equal(
        columns.date_column([columns.plain(each) for each in moments])[:, 0],
        as_dates(read_values(moments, "a")),
    )
    assert columns.seconds_of(12.5) == 12.5


def test_texts_and_their_codes() -> None:
    values = ["a", 2, 2.0, 2.5, True, None, "b", dt.date(2020, 1, 1), "2"]
    texts = as_texts(read_values(np.array(values, object), "a"))
    names = [None if code < 0 else texts.levels[code] for code in texts.codes]
    found = columns.text_column([columns.plain(value) for value in values])
    assert [each if each != "\0" else None for each in found[:, 0]] == names
    codes = columns.text_codes(found, np.array(["a", "2"]), np.array([1, 2]))
    assert codes[:, 0].tolist() == [1, 2, 2, 0, 0, 0, 0, 0, 2]


def test_tables() -> None:
    expected = {"a": [1.0, None], "b": ["x", None]}
    frame = pd.DataFrame({"b": ["x", None], "a": [1.0, np.nan], "more": 0})
    for rows in (
        frame,
        frame.to_dict("records"),
        {"a": np.array([[1.0], [np.nan]]), "b": np.array(["x", None])},
    ):
        assert columns.columns_of(rows, INPUTS) == expected
    with pytest.raises(ValueError, match=r"it lacks \['a'\]"):
        columns.columns_of({"b": []}, INPUTS)
    with pytest.raises(ValueError, match="equally many rows"):
        columns.columns_of({"a": [1], "b": []}, INPUTS)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "\ufeffb;a;day;yes\n ä ;1.234,5;29.02.2020;Yes\n;-;;n\nc;inf;01.03.2020;0\n", encoding="utf-8"
    )
    reading = {
        **READING,
        "missing": ("", "-"),
        "decimal": ",",
        "thousands": ".",
        "types": {"a": "number", "day": "date", "yes": "boolean", "b": "text"},
        "dates": {"day": "%d.%m.%Y"},
    }
    inputs = (*INPUTS, ("day", "date"), ("yes", "text"))
    assert columns.read_columns(str(path), inputs, reading) == {
        "a": [1234.5, None, None],
        "b": ["ä", None, "c"],
        "day": [dt.datetime(2020, 2, 29), None, dt.datetime(2020, 3, 1)],
        "yes": [True, False, False],
    }
    for old, new, sentence in (
        ("1.234,5", "many", "'a' must hold a number in every row; received: 'many'"),
        ("29.02.2020", "30.02.2020", "'day' must hold a date"),
        ("Yes", "oui", "'yes' must hold yes or no"),
        (";day", ";days", r"it lacks \['day'\]"),
    ):
        other = tmp_path / "other.csv"
        other.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        with pytest.raises(ValueError, match=sentence):
            columns.read_columns(str(other), inputs, reading)


def test_parts_of_dates_are_those_of_the_estimators() -> None:
    written = [
        *(
            "0001-01-01",
            "1600-02-29 23:59:59",
            "1899-12-31 23:59:59",
            "1900-01-01",
            "1970-01-01",
            "1999-12-31 12:00",
        ),
        *("2000-02-29", "2000-12-31 23:59:59", "2001-01-01", "2023-07-01 06:00:00.5", "9999-12-31 23:59:59"),
    ]
    moments = [dt.datetime.fromisoformat(each).replace(tzinfo=dt.UTC) for each in written]
    seconds = np.array([each.timestamp() for each in moments])
    build = Builder()
    found = _date_parts(build, build.constant(seconds[:, None]))
    for name, wanted in date_parts(seconds).items():
        value = found[name].value
        assert value is not None
        np.testing.assert_allclose(value[:, 0], wanted, rtol=1e-12, atol=1e-12, err_msg=name)
