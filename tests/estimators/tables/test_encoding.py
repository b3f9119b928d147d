from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ranvier.errors import DataError, DataTypeError
from ranvier.estimators.tables.encoding import Encoder
from ranvier.estimators.tables.frames import aligned, read_table
from ranvier.estimators.tables.schema import ColumnSchema, Schema
from tests.estimators.tables.tables import awkward


def test_columns_become_numbers_and_codes() -> None:
    encoder, rows = Encoder.learn(read_table(awkward()), None, 9)
    numbers = [(rule.column, rule.part) for rule in encoder.numbers]
    assert numbers[:2] == [("size", None), ("count", None)]
    assert ("day", "elapsed") in numbers
    assert ("day", "day_sine") in numbers
    assert [(rule.column, rule.count) for rule in encoder.indicators] == [
        ("size", 3),
        ("colour", 4),
        ("open", 3),
        ("day", 3),
    ]
    assert [(rule.column, rule.count) for rule in encoder.embedded] == [("town", 16)]
    assert rows.numbers.dtype == np.float32
    assert np.isfinite(rows.numbers).all()
    assert (rows.indicators.dtype, rows.embedded.dtype) == (np.uint8, np.uint8)
    assert set(encoder.sources()) == {"size", "count", "colour", "town", "open", "day"}


def test_missing_numbers_become_the_mean_and_are_told_apart() -> None:
    frame = pd.DataFrame({"a": [0.0, 2.0, 4.0, 10.0, np.nan], "b": [1.0, 2.0, 3.0, 4.0, 5.0]})
    encoder, rows = Encoder.learn(read_table(frame), None, 9)
    assert encoder.numbers[0].fill == 4.0
    assert rows.numbers[4, 0] == rows.numbers[2, 0]
    np.testing.assert_array_equal(rows.indicators[:, 0], [1, 1, 1, 1, 2])
    later = encoder.encode(read_table(pd.DataFrame({"a": [1.0], "b": [np.nan]})))
    assert later.numbers[0, 1] == 0.0  # the mean is the median here


def test_unseen_and_missing_categories_have_the_code_zero() -> None:
    frame = pd.DataFrame({"c": ["x", "y", "z"] * 4, "b": [True, False, None] * 4})
    encoder, _ = Encoder.learn(read_table(frame), None, 9)
    new = pd.DataFrame({"c": ["z", "new", None], "b": [1.0, 0.0, None]})
    np.testing.assert_array_equal(encoder.encode(read_table(new)).indicators, [[3, 2], [0, 1], [0, 0]])


@pytest.mark.parametrize(
    ("column", "values", "received"),
    [
        ("a", ["1.5", "many"], "'many'"),
        ("a", pd.to_datetime(["2020-01-01", None]), "values of the kind 'date'"),
        ("d", [1, 2], "values of the kind 'integer'"),
        ("d", ["2020-01-01", "later"], "'later'"),
        ("d", [True, None], "'True'"),
        ("t", [1.5, 2.5], "values of the kind 'number'"),
    ],
)
def test_other_kinds_of_values_at_prediction_are_refused(column: str, values: Any, received: str) -> None:
    days = pd.date_range("2020-01-01", periods=3)
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "d": days, "t": days.strftime("%Y-%m-%d")})
    encoder, _ = Encoder.learn(read_table(frame), None, 9)
    new = frame.head(2).assign(**{column: values})
    with pytest.raises(DataTypeError, match=f"column '{column}' was learned as .*received: {received}"):
        encoder.encode(read_table(new))


@pytest.mark.parametrize("values", [["1.5", None], ["2", " "], [True, False], [None, None], [1, 2]])
def test_numbers_may_come_in_other_clothes(values: Any) -> None:
    encoder, _ = Encoder.learn(read_table(pd.DataFrame({"a": [1.0, 2.0, 3.0]})), None, 9)
    assert np.isfinite(encoder.encode(read_table(pd.DataFrame({"a": values}))).numbers).all()


def test_columns_learned_from_texts_may_hold_others() -> None:
    schema = Schema([ColumnSchema("a", "number")])
    encoder, _ = Encoder.learn(read_table(pd.DataFrame({"a": ["1", "2", "many"]})), schema, 9)
    rows = encoder.encode(read_table(pd.DataFrame({"a": ["2", "few"]})))
    np.testing.assert_array_equal(rows.indicators, [[1], [2]])


def test_wide_codes_and_one_hot_without_limit() -> None:
    levels = [f"level {number}" for number in range(300)] * 2
    encoder, rows = Encoder.learn(read_table(pd.DataFrame({"c": levels})), None, 9)
    assert rows.embedded.dtype == np.uint16
    assert rows.embedded.max() == 300
    encoder, rows = Encoder.learn(read_table(pd.DataFrame({"c": levels})), None, None)
    assert not encoder.embedded
    assert rows.indicators.shape == (600, 1)


def test_blocks_of_rows_are_encoded_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = awkward()
    encoder, _ = Encoder.learn(read_table(frame), None, 9)
    table = aligned(read_table(frame), list(frame.columns), named=True, estimator="E")
    whole = encoder.encode(table)
    monkeypatch.setattr("ranvier.estimators.tables.encoding._BLOCK", 7)
    pieces = encoder.encode(table)
    for name, array in whole.parts().items():
        np.testing.assert_array_equal(pieces.parts()[name], array)


def test_a_table_that_teaches_nothing_is_refused() -> None:
    frame = pd.DataFrame({"a": [1, 1], "b": [None, None]})
    with pytest.raises(DataError, match="'a' has the same value in every row; 'b' holds no value"):
        Encoder.learn(read_table(frame), None, 9)
