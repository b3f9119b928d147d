"""Labels refused before training, each with the sentence that a user reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import LabelError, ShapeError

SPARSE, DENSE = "sparse_categorical_crossentropy", "categorical_crossentropy"
REFUSED = [
    # Integer labels with a categorical loss.
    (DENSE, [0, 1, 2], (None, 3), {}, LabelError,
     r"one-hot rows of 3 numbers; "
     r"received: targets of shape \(3,\), which look like class labels. "
     r"For integer labels use sparse_categorical_crossentropy, or .*to_categorical"),
    (DENSE, [[0], [2]], (None, 3), {}, LabelError, r"which look like class labels"),
    (DENSE, np.zeros((2, 5)), (None, 5, 3), {}, LabelError, r"which look like class labels"),
    (DENSE, np.eye(4), (None, 3), {}, ShapeError, r"targets of shape \(4, 4\). Give the last layer 4 units"),
    (DENSE, np.zeros((2, 4, 3)), (None, 3), {}, ShapeError, r"rows of shape \(3,\)"),
    (DENSE, [0, 1], (None, 1), {}, ShapeError,
     r"at least two; received: an output of shape \(None, 1\)..*binary_crossentropy"),
    (DENSE, np.zeros((2, 5)), (None, 3, 5), {"axis": 1}, LabelError, r"one-hot rows of 3 numbers"),
    ("categorical_hinge", [0, 1, 2], (None, 3), {}, LabelError, r"categorical_hinge needs one-hot rows"),
    ("categorical_focal_crossentropy", [0, 1, 2], (None, 3), {}, LabelError, r"one-hot rows"),
    # One-hot rows with a sparse loss.
    (SPARSE, np.eye(3), (None, 3), {}, LabelError,
     r"one integer per sample; "
     r"received: targets of shape \(3, 3\), which look like one-hot rows. Use categorical_crossentropy"),
    (SPARSE, np.zeros((2, 5, 3)), (None, 5, 3), {}, LabelError, r"like one-hot rows"),
    (SPARSE, np.zeros((2, 4)), (None, 3), {}, ShapeError,
     r"one integer for each prediction; received: targets of shape \(2, 4\) for an output of shape \(None, 3\)"),
    (SPARSE, [0, 1], (None, 1), {}, ShapeError, r"binary_crossentropy with a sigmoid"),
    # Labels outside the classes.
    (SPARSE, [0, 3], (None, 3), {}, LabelError,
     r"labels from 0 to 2, one for each unit of the output; "
     r"received: labels from 0 to 3. Give the last layer 4 units"),
    (SPARSE, [1, 2, 3], (None, 3), {}, LabelError, r"seem to start at 1: subtract 1"),
    (SPARSE, [-1, 1], (None, 2), {}, LabelError, r"Number the classes from 0.*ignore_class"),
    (SPARSE, [0, 255], (None, 2), {"ignore_class": 254}, LabelError, r"labels from 0 to 255"),
    (SPARSE, [0.0, 1.5], (None, 2), {}, LabelError, r"integer labels; received: 1.5.*mean_squared_error"),
    ("CategoricalGeneralizedCrossEntropy", [0, 9], (None, 3), {}, LabelError, r"labels from 0 to 9"),
    ("ctc", [[1, 5]], (None, 8, 5), {}, LabelError, r"labels from 0 to 4"),
    ("ctc", [[0, 1]], (None, 8, 5), {}, LabelError, r"ctc takes 0 for the blank"),
    ("ctc", [1, 2], (None, 8, 5), {}, ShapeError, r"\(n, time, classes\); received: targets of shape \(2,\)"),
    ("circle", [0.5, 1.0], (None, 8), {}, LabelError, r"circle needs integer labels; received: 0.5"),
    ("circle", np.eye(3), (None, 8), {}, ShapeError,
     r"one integer label for each; received: targets of shape \(3, 3\)"),
]  # fmt: skip


def _built(name: str, options: dict) -> Any:
    loss = losses.resolve(name)
    return type(loss)(**options, name=name)


@pytest.mark.parametrize(("name", "y_true", "output_shape", "options", "error", "sentence"), REFUSED)
def test_refused(
    name: str, y_true: Any, output_shape: tuple, options: dict, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        _built(name, options).check_targets(np.asarray(y_true), output_shape)


TAKEN = [
    (SPARSE, [0, 2], (None, 3), {}),
    (SPARSE, [[0.0], [2.0]], (None, 3), {}),
    (SPARSE, np.array([0, 255], "uint8"), (None, 3), {"ignore_class": 255}),
    (SPARSE, np.array([255], "uint8"), (None, 3), {"ignore_class": 255}),
    (SPARSE, np.zeros((2, 4), int), (None, 4, 3), {}),
    (SPARSE, np.zeros((2, 4), int), (None, 3, 4), {"axis": 1}),
    (SPARSE, [0, 7], (None, None), {}),
    (SPARSE, np.zeros(0, int), (None, 3), {}),
    (DENSE, [[0.2, 0.8]], (None, 2), {}),
    (DENSE, [[-3.0, 0.0]], (None, 2), {}),
    ("circle", [-4, 9], (None, 8), {}),
    ("ctc", [[1, 2, 0]], (None, 8, 5), {}),
]


@pytest.mark.parametrize(("name", "y_true", "output_shape", "options"), TAKEN)
def test_taken(name: str, y_true: Any, output_shape: tuple, options: dict) -> None:
    _built(name, options).check_targets(np.asarray(y_true), output_shape)
