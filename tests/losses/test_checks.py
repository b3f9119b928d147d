"""Targets refused before training, each with the sentence that a user reads."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import DataError, DataTypeError, LabelError, RanvierError, ShapeError
from ranvier.losses.checks import fits


def _check(name: str, y_true: Any, output_shape: tuple, **options: Any) -> None:
    loss = losses.resolve(name)
    kind = type(loss)
    kind(**options, name=name).check_targets(np.asarray(y_true), output_shape)


REFUSED = [
    # What is no number.
    ("mse", ["cat", "dog"], (None, 1), DataTypeError,
     r"mse needs targets that are numbers; received: dtype <U3, for example 'cat'.*numpy.unique"),
    ("mse", np.array([None, 1]), (None, 1), DataTypeError, r"dtype object, for example None"),
    ("mse", np.array([], "U1"), (None, 1), DataTypeError, r"dtype <U1"),
    ("mse", [1j], (None, 1), DataTypeError, r"dtype complex128"),
    ("mse", [1.0, np.nan, np.inf], (None, 1), DataError,
     r"mse needs targets that are finite numbers; received: 2 NaN or infinite values of 3, the first in row 1"),
    ("sparse_categorical_crossentropy", [1.0, np.nan], (None, 3), DataError, r"received: 1 NaN"),
    # Shapes that would broadcast.
    ("mse", np.zeros(4), (None, 3), ShapeError,
     r"mse needs a target for each output: rows of shape \(3,\); "
     r"received: targets of shape \(4,\).*as many units"),
    ("mse", np.zeros((4, 1)), (None, 3), ShapeError, r"targets of shape \(4, 1\)"),
    ("mae", np.zeros((4, 3)), (None, 1), ShapeError, r"targets of shape \(4, 3\)"),
    ("huber", np.zeros((4, 2, 3)), (None, 5, 3), ShapeError, r"rows of shape \(5, 3\)"),
    ("dice", np.zeros((4, 2)), (None, 2, 2), ShapeError, r"rows of shape \(2, 2\)"),
    ("cosine_similarity", np.zeros((4, 2)), (None, 3), ShapeError, r"rows of shape \(3,\)"),
    # Ranges.
    ("msle", [-0.5, 1.0], (None, 1), LabelError,
     r"msle needs targets that are at least 0; received: values from -0.5 to 1"),
    ("poisson", [-1, 4], (None, 1), LabelError, r"counts of at least 0; received: values from -1 to 4"),
    ("kld", [[0.5, 1.5]], (None, 2), LabelError, r"kld needs targets that are probabilities"),
    # Binary.
    ("binary_crossentropy", [-1, 1], (None, 1), LabelError,
     r"0, 1 or probabilities between them; received: values from -1 to 1. Map labels"),
    ("bce", np.array([[0], [255]], "uint8"), (None, 1), LabelError, r"Divide images by 255"),
    ("bce", [0, 1, 2], (None, 1), LabelError, r"values from 0 to 2.*sparse_categorical_crossentropy"),
    ("bce", [0, 1, 1], (None, 2), ShapeError, r"One label for 2 units: use sparse_categorical_crossentropy"),
    ("bce", np.eye(3), (None, 1), ShapeError, r"For one-hot rows use categorical_crossentropy"),
    ("binary_focal_crossentropy", [0.5, 3.0], (None, 1), LabelError, r"values from 0.5 to 3"),
    # Margins.
    ("hinge", [-1, 0, 1], (None, 1), LabelError, r"hinge needs labels -1 and 1, or 0 and 1; received: -1, 0, 1\."),
    ("squared_hinge", np.arange(9), (None, 1), LabelError, r"received: 0, 1, 2, 3, 4, \.\.\."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "y_true", "output_shape", "error", "sentence"), REFUSED)
def test_refused(name: str, y_true: Any, output_shape: tuple, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        _check(name, y_true, output_shape)
    assert isinstance(caught.value, RanvierError)


TAKEN = [
    ("mse", np.zeros(4), (None, 1)),
    ("mse", np.zeros((4, 1)), (None,)),
    ("mse", np.zeros((4, 7, 2)), (None, None, 2)),
    ("mse", np.array([[1]], ml_dtypes.bfloat16), (None, 1)),
    ("mse", np.full((3, 1), 1e308), (None, 1)),
    ("bce", np.array([True, False]), (None, 1)),
    ("bce", np.array([0.0, 1.0000001], "float32"), (None, 1)),
    ("bce", np.zeros((0, 1)), (None, 1)),
    ("kld", np.zeros((0, 2)), (None, 2)),
    ("hinge", np.array([True, False]), (None, 1)),
    ("hinge", np.array([1, 1]), (None, 1)),
]


@pytest.mark.parametrize(("name", "y_true", "output_shape"), TAKEN)
def test_taken(name: str, y_true: np.ndarray, output_shape: tuple) -> None:
    _check(name, y_true, output_shape)


def test_fits() -> None:
    assert fits((3, 4), (None, 4))
    assert not fits((3, 4), (3,))
    assert not fits((3, 4), (3, 5))
