from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ranvier.errors import ConfigurationError, DataError, DataTypeError, UnknownNameError
from ranvier.training.data.sequence import PyDataset
from ranvier.training.data.source import (
    evaluation_source,
    is_stream,
    prediction_source,
    training_source,
    validation_source,
)
from ranvier.training.data.stream import Stream
from ranvier.training.data.table import Table

X = np.arange(24.0).reshape(12, 2)
Y = np.arange(12) % 2


def _generator():
    while True:
        yield X, Y


class Dataset(PyDataset):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        return X + index, Y


@pytest.mark.parametrize(
    ("x", "streams"),
    [
        (X, False),
        (X.tolist(), False),
        ([X, X], False),
        ({"a": X}, False),
        (pd.DataFrame(X), False),
        (pl.DataFrame(X), False),
        ("text", False),
        (3, False),
        (Table(X), False),
        (_generator(), True),
        (Dataset(), True),
        (zip([X], [Y], strict=True), True),
        (Stream(_generator()), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_a_stream(x, streams):
    assert is_stream(x) == streams


def test_arrays_become_a_table():
    table, validation = training_source(X, Y, batch_size=4)
    assert isinstance(table, Table)
    assert validation is None
    assert table.x is X


def test_a_split_comes_before_the_weights_of_classes():
    training, validation = training_source(
        X, Y, np.full(12, 2.0), validation_split=0.25, class_weight={1: 3.0}
    )
    assert (training.rows, validation.rows) == (9, 3)
    np.testing.assert_array_equal(training.sample_weight, np.where(Y[:9] == 1, 6.0, 2.0))
    np.testing.assert_array_equal(validation.sample_weight, [2, 2, 2])


def test_validation_data_go_before_a_split():
    training, validation = training_source(X, Y, validation_split=0.25, validation_data=(X[:4], Y[:4]))
    assert (training.rows, validation.rows) == (12, 4)
    training, validation = training_source(
        _generator(), steps_per_epoch=2, validation_split=0.25, validation_data=(X,)
    )
    assert isinstance(training, Stream)
    assert validation.y is None


@pytest.mark.parametrize(
    ("validation_data", "parts"),
    [((X, Y), 2), ([X, Y], 2), ((X, Y, np.ones(12)), 3), ((X,), 1), (X, 1), ({"a": X}, 1)],
)
def test_forms_of_validation_data(validation_data, parts):
    table = validation_source(validation_data)
    assert sum(part is not None for part in table.batch()) == parts


def test_validation_may_stream():
    stream = validation_source(Dataset(), steps=2)
    assert [[int(batch.x[0, 0]) for batch in stream.epoch()] for _ in range(2)] == [[0, 1], [0, 1]]
    _, stream = training_source(X, Y, batch_size=4, validation_data=Dataset(), validation_steps=3)
    assert stream.steps == 3


def test_training_of_a_data_set_goes_on_and_is_shuffled():
    stream, _ = training_source(Dataset(), steps_per_epoch=2, shuffle=False)
    assert [[int(batch.x[0, 0]) for batch in stream.epoch(number)] for number in range(2)] == [[0, 1], [2, 3]]
    stream, _ = training_source(Dataset(), seed=3, class_weight={1: 2.0})
    batches = list(stream.epoch())
    assert sorted(int(batch.x[0, 0]) for batch in batches) == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(batches[0].sample_weight, 1 + Y)
    training_source(Dataset(), shuffle="batch")


def test_tables_and_streams_pass_through():
    table, stream = Table(X, Y), Stream(_generator(), steps_per_epoch=2)
    assert training_source(table, validation_data=stream) == (table, stream)
    assert training_source(table, class_weight={1: 2.0})[0].sample_weight is not None
    assert evaluation_source(table) is table
    assert prediction_source(stream) is stream


def test_evaluation_and_prediction():
    table = evaluation_source(X, Y, np.ones(12), batch_size=5)
    assert (table.rows, table.sample_weight.shape) == (12, (12,))
    assert evaluation_source(_generator(), steps=3).steps == 3
    assert prediction_source({"a": X, "b": X}).y is None
    assert prediction_source(_generator(), steps=3).steps == 3


def test_the_budget_reaches_the_table(tmp_path):
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    training, validation = training_source(mapped, Y, validation_data=(mapped, Y), budget=10)
    assert not training.resident
    assert not validation.resident
    assert not evaluation_source(mapped, budget=10).resident
    assert not prediction_source(mapped, budget=10).resident


REFUSED: list[tuple[dict, type, str]] = [
    ({"x": None}, DataError, r"`fit` needs data; received: `x` None"),
    ({"x": X, "y": Y[:7]}, DataError, r"same number of rows; received: `x` 12, `y` 7"),
    ({"x": X[:0], "y": Y[:0]}, DataError, "at least one row; received: `x` with 0 rows"),
    (
        {"x": X, "y": Y, "batch_size": 0},
        ConfigurationError,
        "`batch_size` must be an integer of at least 1; received: 0",
    ),
    (
        {"x": X, "y": Y, "steps_per_epoch": -1},
        ConfigurationError,
        "`steps_per_epoch` must be .* received: -1",
    ),
    ({"x": X, "y": Y, "shuffle": "rows"}, UnknownNameError, "Unknown shuffle; received: 'rows'"),
    (
        {"x": X, "y": Y, "validation_split": 1.0},
        ConfigurationError,
        r"a fraction between 0 and 1; received: 1\.0",
    ),
    ({"x": X, "y": Y, "validation_split": 0.99}, DataError, "none for training"),
    (
        {"x": X, "y": Y, "validation_split": 0.5, "validation_steps": 0},
        ConfigurationError,
        "`validation_steps` must be",
    ),
    (
        {"x": X, "y": Y, "validation_split": 0.5, "validation_batch_size": 0},
        ConfigurationError,
        "`validation_batch_size` must",
    ),
    (
        {"x": X, "y": Y, "validation_data": (X, Y), "validation_batch_size": 0},
        ConfigurationError,
        "`validation_batch_size` must",
    ),
    (
        {"x": X, "y": Y, "validation_data": (X, Y, Y, Y)},
        DataError,
        r"`validation_data` must hold \(x,\).*a tuple of 4",
    ),
    ({"x": X, "y": Y, "validation_data": (X, Y[:3])}, DataError, "received: `x` 12, `y` 3"),
    (
        {"x": X, "y": Y, "validation_data": _generator(), "validation_batch_size": 3},
        ConfigurationError,
        r"`validation_batch_size` must be left out when `x` is a generator",
    ),
    (
        {"x": X, "class_weight": {0: 1.0}},
        ConfigurationError,
        "`class_weight` weighs targets, but `y` is None",
    ),
    (
        {"x": _generator(), "y": Y},
        ConfigurationError,
        r"`y` must be left out when `x` is a generator, .* received: `y` as a ndarray\. Put it into the",
    ),
    (
        {"x": Dataset(), "sample_weight": Y},
        ConfigurationError,
        "`sample_weight` must be left out when `x` is a Dataset",
    ),
    (
        {"x": _generator(), "validation_split": 0.2},
        ConfigurationError,
        r"`validation_split` needs data whose .* received: 0\.2 with `x` as a generator\. Give `vali",
    ),
    (
        {"x": _generator(), "batch_size": 8},
        ConfigurationError,
        r"`batch_size` must be left out when `x` is a generator, .*received: 8",
    ),
    (
        {"x": _generator(), "shuffle": "batch"},
        ConfigurationError,
        "`shuffle='batch'` needs data whose rows are at hand",
    ),
    ({"x": Table(X, Y), "y": Y}, ConfigurationError, "`y` must be left out when `x` is a Table"),
    ({"x": "images.npy", "y": Y}, DataTypeError, "received: the text 'images.npy'"),
    ({"x": {1, 2}, "y": Y}, DataTypeError, "a set, whose elements have no order"),
]


@pytest.mark.parametrize(("arguments", "error", "sentence"), REFUSED, ids=[case[2][:30] for case in REFUSED])
def test_arguments_that_do_not_fit_are_refused(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        training_source(**arguments)


def test_the_method_is_named():
    with pytest.raises(DataError, match="`evaluate` needs data"):
        evaluation_source(None)
    with pytest.raises(DataError, match="`predict` needs data"):
        prediction_source(None)
    with pytest.raises(ConfigurationError, match="`steps` must be an integer"):
        prediction_source(X, steps=0)


@pytest.mark.parametrize("arguments", [{"steps_per_epoch": 3}, {"class_weight": {1: 2.0}}], ids=str)
def test_a_stream_that_is_made_already_takes_no_more_settings(arguments):
    with pytest.raises(ConfigurationError, match="A Stream has its steps and class weights already"):
        training_source(Stream(_generator()), **arguments)
