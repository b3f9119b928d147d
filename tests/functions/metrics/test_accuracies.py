from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import DataTypeError, ShapeError
from ranvier.functions import metrics

pytestmark = pytest.mark.usefixtures("strict_promotion")


@pytest.mark.parametrize(
    ("function", "y_true", "y_pred", "expected"),
    [
        ("accuracy", [1, 2, 3], [1, 2, 4], [1, 1, 0]),
        ("accuracy", [1, 2], [[1], [3]], [[1], [0]]),
        ("binary_accuracy", [1, 0, 1, 0], [0.6, 0.5, 0.5, 0.51], [1, 1, 0, 0]),
        ("binary_accuracy", [True, False], np.array([200, 0], np.uint8), [1, 1]),
        ("categorical_accuracy", [[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], [0, 1]),
        # Of equal values the first is the largest.
        ("categorical_accuracy", [[1, 0], [0, 1]], [[0.5, 0.5], [0.5, 0.5]], [1, 0]),
        ("sparse_categorical_accuracy", [[2], [1]], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]], [0, 1]),
        ("sparse_categorical_accuracy", [0, 1], [[0.5, 0.5], [0.5, 0.5]], [1, 0]),
        ("sparse_categorical_accuracy", [-1, 7, 1.5], [[1, 0], [1, 0], [0, 1.0]], [0, 0, 0]),
        ("sparse_categorical_accuracy", np.array([1, 0], np.uint8), [[0, 1.0], [0, 1.0]], [1, 0]),
        ("sparse_categorical_accuracy", [[[1], [0]]], [[[0, 1.0], [0, 1.0]]], [[1, 0]]),
        ("sparse_categorical_accuracy", [[1]], [[[0, 1.0]]], [1]),
    ],
)
def test_by_hand(function: str, y_true, y_pred, expected) -> None:
    matches = getattr(metrics, function)(y_true, y_pred)
    assert matches.dtype == np.float32
    np.testing.assert_array_equal(matches, expected)


def test_threshold() -> None:
    np.testing.assert_array_equal(metrics.binary_accuracy([1, 0], [0.4, 0.2], threshold=0.3), [1, 1])


@pytest.mark.parametrize(
    ("function", "y_true", "y_pred", "sentence"),
    [
        ("accuracy", (3,), (4,), "must have the same shape"),
        ("binary_accuracy", (3, 1), (3, 2), "must have the same shape"),
        ("categorical_accuracy", (3,), (3, 4), "use the sparse metric"),
        ("categorical_accuracy", (3, 4), (3, 5), "compares one-hot targets"),
        ("categorical_accuracy", (), (), "compares one-hot targets"),
        ("sparse_categorical_accuracy", (3, 4), (3, 4), "use the metric without `sparse`"),
        ("sparse_categorical_accuracy", (2,), (3, 4), "one class number for each row"),
        ("sparse_categorical_accuracy", (1,), (), "one class number for each row"),
    ],
)
def test_shapes_that_do_not_fit(function: str, y_true, y_pred, sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        getattr(metrics, function)(np.zeros(y_true, np.float32), np.zeros(y_pred, np.float32))


def test_strings_are_refused() -> None:
    with pytest.raises(DataTypeError, match="dtype"):
        metrics.accuracy(["a"], ["b"])
