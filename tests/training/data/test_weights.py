from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

from ranvier.errors import ConfigurationError, DataError, LabelError, ShapeError
from ranvier.training.data import weights as module
from ranvier.training.data.arrays import as_array
from ranvier.training.data.weights import class_weights, row_weights, sample_weights

WEIGHTS = {0: 1.0, 1: 5.0, 3: 0.25}
LABELS = np.array([0, 1, 2, 3, 1])


def _one_hot(labels):
    return np.eye(4, dtype=np.float32)[labels]


def test_worked_by_hand():
    np.testing.assert_array_equal(class_weights(LABELS, WEIGHTS), [1, 5, 1, 0.25, 5])
    assert class_weights(LABELS, WEIGHTS).dtype == np.float32


@pytest.mark.parametrize(
    "y",
    [
        LABELS,
        LABELS[:, None],
        LABELS.astype(np.uint8),
        LABELS.astype(np.float32),
        LABELS + 0.3,
        np.array([0.5, 1.5, 2.5, -0.5, -3.0]),
        _one_hot(LABELS),
        _one_hot(LABELS) * 0.9 + 0.025,
        LABELS > 1,
        LABELS - 2,
        LABELS + 100,
    ],
    ids=lambda y: f"{y.dtype}{y.shape}",
)
@pytest.mark.parametrize(
    "table", [WEIGHTS, {2: 3}, {-1: 2.0, 0: 7.0}, {np.int64(1): np.float32(2), 3.0: 4}], ids=str
)
def test_class_weights_are_keras(y, table):
    np.testing.assert_array_equal(class_weights(y, table), class_weight_to_sample_weights(y, table))


def test_lazy_targets_are_read_in_blocks(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_ROWS", 2)
    lazy = as_array(scipy.sparse.csr_array(_one_hot(LABELS)), "y")
    np.testing.assert_array_equal(class_weights(lazy, WEIGHTS), [1, 5, 1, 0.25, 5])


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("balanced", r"must map class numbers to weights, .*received: 'balanced'.*compute_class_weight"),
        ([1.0, 2.0], r"must map class numbers to weights"),
        ({}, r"must name a class; received: \{\}"),
        ({"cat": 1.0}, r"keys of `class_weight` must be class numbers; received: 'cat'"),
        ({0.5: 1.0}, r"keys of `class_weight` must be class numbers; received: 0\.5"),
        ({0: "high"}, r"weights in `class_weight` must be finite numbers; received: 'high' for class 0"),
        ({0: np.nan}, r"must be finite numbers; received: nan for class 0"),
    ],
    ids=str,
)
def test_other_class_weights_are_refused(table, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        class_weights(LABELS, table)


def test_class_weights_need_one_label_for_a_row():
    with pytest.raises(LabelError, match=r"one label for each row; received: `y` of shape \(5, 2, 4\)"):
        class_weights(np.ones((5, 2, 4)), WEIGHTS)
    with pytest.raises(DataError, match="`y` must hold finite numbers; received: NaN in row 0"):
        class_weights(np.array([np.nan]), WEIGHTS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.arange(5), np.arange(5)),
        ([0, 1, 2, 3, 4], np.arange(5)),
        (np.arange(5.0)[:, None], np.arange(5)),
        (np.array([True, False, True, True, False]), [1, 0, 1, 1, 0]),
        (np.arange(10).reshape(5, 2), np.arange(10).reshape(5, 2)),
        (-np.ones(5), -np.ones(5)),
        ([np.ones(5)], np.ones(5)),
        (as_array(scipy.sparse.csr_array(np.ones((5, 1))), "w"), np.ones(5)),
    ],
)
def test_sample_weights_become_float32(given, expected):
    weights = sample_weights(LABELS, given)
    np.testing.assert_array_equal(weights, expected)
    assert weights.dtype == np.float32


def test_nothing_weighs_nothing():
    assert row_weights(LABELS) is None
    assert sample_weights(LABELS, None) is None


def test_one_weight_serves_all_outputs():
    weights = sample_weights({"a": LABELS, "b": None, "c": LABELS}, np.ones((5, 1)))
    assert weights["b"] is None
    assert weights["a"] is weights["c"]
    assert weights["a"].shape == (5,)
    assert sample_weights([LABELS, LABELS], [None, None]) == [None, None]


@pytest.mark.parametrize(
    ("y", "given"),
    [
        ([LABELS, LABELS], (np.ones(5), None)),
        ({"a": LABELS, "b": LABELS}, {"b": None, "a": np.ones((5, 3))}),
        ([LABELS], [np.ones(5)]),
    ],
    ids=["list", "dict", "one"],
)
def test_weights_of_each_output_take_the_structure_of_the_targets(y, given):
    weights = sample_weights(y, given)
    assert type(weights) is type(y)
    assert list(weights) == list(y) if isinstance(y, dict) else len(weights) == len(y)


def _keras_refusals():
    two = [LABELS, LABELS]
    return [
        (two, [np.ones(5)], ConfigurationError, r"structure of `y`, a list of 2; received: a list of 1"),
        (two, {"a": np.ones(5)}, ConfigurationError, r"received: a dict with 'a'\. Write None"),
        (two, np.ones((5, 2)), ShapeError, r"several outputs must have shape \(rows,\); received: \(5, 2\)"),
    ]


@pytest.mark.parametrize(("y", "given", "error", "sentence"), _keras_refusals())
def test_structures_that_differ_are_refused_as_in_keras(y, given, error, sentence):
    with pytest.raises(error, match=sentence):
        sample_weights(y, given)
    with pytest.raises((ValueError, AttributeError)):
        ArrayDataAdapter(np.ones((5, 1)), y, sample_weight=given)


def test_one_output_has_one_array_of_weights():
    with pytest.raises(ConfigurationError, match=r"structure of `y`, one array; received: a list of 2"):
        sample_weights(LABELS, [np.ones(5), np.ones(5)])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (np.ones(4), r"one weight for each row of `y`, 5; received: `sample_weight` with 4"),
        (np.array([1, np.nan, 1, 1, 1]), r"`sample_weight` must hold finite numbers; received: NaN in row 1"),
        (np.array([1, np.inf, 1, 1, 1]), r"received: inf in row 1"),
    ],
)
def test_weights_that_do_not_fit_the_rows_are_refused(given, sentence):
    with pytest.raises(DataError, match=sentence):
        sample_weights(LABELS, given)


def test_both_kinds_of_weights_are_multiplied():
    given = np.arange(1.0, 6.0)
    np.testing.assert_array_equal(row_weights(LABELS, given, WEIGHTS), [1, 10, 3, 1, 25])
    temporal = np.stack([given, 2 * given], 1)
    expected = temporal * np.array([1, 5, 1, 0.25, 5])[:, None]
    np.testing.assert_array_equal(row_weights(LABELS, temporal, WEIGHTS), expected)
    np.testing.assert_array_equal(row_weights([None, LABELS], None, WEIGHTS)[1], [1, 5, 1, 0.25, 5])
    assert row_weights([None, LABELS], None, WEIGHTS)[0] is None


@pytest.mark.parametrize(
    ("y", "sample_weight", "class_weight", "sentence"),
    [
        (None, np.ones(5), None, "`sample_weight` weighs targets, but `y` is None"),
        (None, None, WEIGHTS, "`class_weight` weighs targets, but `y` is None"),
        ([LABELS, LABELS], None, WEIGHTS, "needs a single output; received: `y` as a list of 2"),
    ],
)
def test_weights_that_weigh_nothing_are_refused(y, sample_weight, class_weight, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        row_weights(y, sample_weight, class_weight)
