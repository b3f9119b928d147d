"""Several inputs combined: functions, dtypes, and shapes that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers import Input

A, B = np.array([[1.0, 4.0]], "float32"), np.array([[3.0, 2.0]], "float32")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (layers.add, [[4.0, 6.0]]),
        (layers.subtract, [[-2.0, 2.0]]),
        (layers.multiply, [[3.0, 8.0]]),
        (layers.average, [[2.0, 3.0]]),
        (layers.maximum, [[3.0, 4.0]]),
        (layers.minimum, [[1.0, 2.0]]),
        (layers.concatenate, [[1.0, 4.0, 3.0, 2.0]]),
        (layers.dot, [[11.0]]),
    ],
)
def test_functions_on_arrays_and_symbols(function: Any, expected: Any) -> None:
    np.testing.assert_allclose(function([A, B]), expected)
    tensor = function((Input((2,)), Input((2,))), name="merged")
    assert tensor.shape == (None, len(expected[0]))
    assert tensor.node.operation.name == "merged"


def test_integers_stay_integers_where_that_has_meaning() -> None:
    whole = [np.array([[1, 2]], "int32"), np.array([[3, 4]], "int32")]
    assert layers.add(whole).dtype == np.int32
    assert layers.concatenate(whole).dtype == np.int32
    assert layers.average(whole).dtype == np.float32
    assert layers.add([whole[0], A]).dtype == np.float32


def test_unknown_sizes() -> None:
    assert layers.Add().compute_output_shape([(None, None, 3), (5, 1, 3)]) == (5, None, 3)
    assert layers.Concatenate().compute_output_shape([(None, None), (None, 2)]) == (None, None)
    assert layers.Concatenate(axis=1).compute_output_shape([(None, 2, None), (None, 2, 4)]) == (None, 4, 4)


MISTAKES = [
    (lambda: layers.Add()(A), ShapeError, "takes a list of inputs; received: "),
    (lambda: layers.Subtract()([A, B, A]), ShapeError, "a list of 2 inputs; received: 3 inputs"),
    (lambda: layers.Dot(axes=1)([A]), ShapeError, "a list of 2 inputs; received: 1 inputs"),
    (lambda: layers.add([A, np.ones((1, 3))]), ShapeError, r"received shapes: \[\(1, 2\), \(1, 3\)\]"),
    (lambda: layers.add([A, np.ones((2, 2))]), ShapeError, "equally many rows"),
    (lambda: layers.add([Input((2,)), Input((3,))]), ShapeError, "of sizes 1 where they differ"),
    (
        lambda: layers.concatenate([np.ones((1, 2, 3)), np.ones((1, 3, 2))]),
        ShapeError,
        "equal but for axis -1",
    ),
    (lambda: layers.concatenate([A, A[None]]), ShapeError, "equal but for axis"),
    (lambda: layers.concatenate([A, A], axis=0), ShapeError, "not that of the batch"),
    (lambda: layers.Concatenate(axis="last"), ConfigurationError, "`axis` must be an integer"),
    (lambda: layers.dot([A, np.ones((1, 3))]), ShapeError, "equal sizes along its axes -1"),
    (lambda: layers.Dot(axes=(1, 2))([A, A]), ShapeError, "equal sizes along its axes"),
    (lambda: layers.Dot(axes=0), ConfigurationError, "not be that of the batch"),
    (lambda: layers.Dot(axes=(1, 2, 3)), ConfigurationError, "an integer or two integers"),
    (lambda: layers.Dot(axes=1.5), ConfigurationError, "an integer or two integers"),
]


@pytest.mark.parametrize(("mistake", "kind", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_explained(mistake: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        mistake()
