"""The functions that exported files contain, called here where they stand; numbers worked by hand."""

from __future__ import annotations

import inspect
import math
import re

import numpy as np
import pytest

from ranvier.exports.python_file import columns, frame, helpers
from ranvier.exports.python_file.expressions import HELPERS

X = np.array([[-1.0, 0.0, 2.0]], np.float32)


def test_functions_of_numbers() -> None:
    np.testing.assert_allclose(helpers.sigmoid(X), [[0.26894142, 0.5, 0.880797]], rtol=1e-6)
    assert helpers.sigmoid(np.array([-200.0], np.float32))[0] >= 0.0
    np.testing.assert_allclose(helpers.softplus(X), [[0.31326166, math.log(2), 2.126928]], rtol=1e-6)
    np.testing.assert_allclose(helpers.elu(X, 2.0), [[2 * (math.exp(-1) - 1), 0.0, 2.0]], rtol=1e-6)
    np.testing.assert_allclose(helpers.erf(X), [[math.erf(-1), 0.0, math.erf(2)]], rtol=1e-6)
    np.testing.assert_allclose(helpers.softmax(X, 1), [[0.04201007, 0.1141952, 0.8437947]], rtol=1e-6)
    np.testing.assert_allclose(np.exp(helpers.log_softmax(X, 1)), helpers.softmax(X, 1), rtol=1e-6)
    for function in (helpers.sigmoid, helpers.softplus, helpers.erf):
        assert function(X).dtype == np.float32


def test_normalizations() -> None:
    one = np.ones(3, np.float32)
    found = helpers.batch_normalization(X, one, one * 4, one * 2, one, 1, 0.0)
    np.testing.assert_allclose(found, [[-1.0, 0.0, 2.0]])
    found = helpers.layer_normalization(
        np.array([[1.0, 3.0]]), np.array([2.0, 2.0]), np.array([0.0, 1.0]), 1, 0.0
    )
    np.testing.assert_allclose(found, [[-2.0, 3.0]])


def test_images() -> None:
    image = np.arange(9, dtype=np.float32).reshape(1, 3, 3, 1)
    kernel = np.ones((2, 2, 1, 1), np.float32)
    found = helpers.convolution(image, kernel, (1, 1), "valid", (1, 1), 1, False, np.float32([1.0]))
    np.testing.assert_array_equal(found[0, :, :, 0], [[9, 13], [21, 25]])
    front = helpers.convolution(np.moveaxis(image, -1, 1), kernel, (2, 2), "same", (1, 1), 1, True)
    np.testing.assert_array_equal(front[0, 0], [[8, 7], [13, 8]])
    np.testing.assert_array_equal(
        helpers.max_pooling(image, (1, 2), (2, 2), (1, 1), "valid")[0, :, :, 0], [[4, 5], [7, 8]]
    )
    np.testing.assert_array_equal(
        helpers.average_pooling(image, (1, 2), (2, 2), (2, 2), "same")[0, :, :, 0], [[2, 3.5], [6.5, 8]]
    )
    np.testing.assert_array_equal(
        helpers.max_pooling(image, (1, 2), (2, 2), (2, 2), ((1, 0), (1, 0)))[0, :, :, 0], [[0, 2], [6, 8]]
    )
    line = np.array([0.0, 4.0]).reshape(1, 1, 2, 1)
    np.testing.assert_array_equal(helpers.enlarged(line, (2,), (2,), False)[0, 0, :, 0], [0, 0, 4, 4])
    np.testing.assert_array_equal(helpers.enlarged(line, (2,), (2,), True)[0, 0, :, 0], [0, 1, 3, 4])


def test_the_largest() -> None:
    x = np.array([[3.0, 5.0, 5.0, 1.0]])
    assert helpers.largest(x, 1, 3).tolist() == [[5.0, 5.0, 3.0]]
    assert helpers.largest_places(x, 1, 3).tolist() == [[1, 2, 0]]


@pytest.mark.parametrize("name", sorted(HELPERS))
def test_what_a_helper_calls_is_told(name: str) -> None:
    text = inspect.getsource(HELPERS[name])
    called = {other for other in HELPERS if other != name and re.search(rf"\b{other}\(", text)}
    assert called == set(helpers.NEEDS.get(name, ())) - {name}


def test_checks() -> None:
    assert frame.checked([[1, 2]], "x", "float32", (None, 2)).dtype == np.float32
    for values, sentence in (
        ([["a"]], "x must hold numbers; received: <U1"),
        ([1.0], r"x must have shape \(rows, any\); received: \(1,\)"),
        ([[300]], "whole numbers from 0 to 255"),
    ):
        with pytest.raises(ValueError, match=sentence):
            frame.checked(values, "x", "uint8", (None, None))
    assert not columns.read_value("no", "a", {"missing": ("",), "types": {"a": "boolean"}})
