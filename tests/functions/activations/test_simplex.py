from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.errors import ShapeError
from ranvier.functions.activations import log_softmax, softmax, sparsemax

SCORES = np.array([0.0, math.log(2), math.log(5)], np.float32)


def test_softmax_by_hand() -> None:
    np.testing.assert_allclose(softmax(SCORES), [1 / 8, 2 / 8, 5 / 8], rtol=1e-6)


def test_log_softmax_by_hand() -> None:
    np.testing.assert_allclose(log_softmax(SCORES), np.log([1 / 8, 2 / 8, 5 / 8]), rtol=1e-6)


def test_sparsemax_by_hand() -> None:
    # The two largest support the result: the level is (1.2 + 0.8 - 1) / 2.
    np.testing.assert_allclose(sparsemax(np.array([0.8, -1.0, 1.2], np.float32)), [0.3, 0.0, 0.7], rtol=1e-6)


def nearest_distribution(scores: np.ndarray) -> np.ndarray:
    """Find the level of sparsemax by bisection."""
    low, high = scores.min() - 1.0, scores.max()
    for _ in range(100):
        level = (low + high) / 2
        low, high = (level, high) if np.maximum(scores - level, 0).sum() > 1 else (low, level)
    return np.maximum(scores - high, 0)


@pytest.mark.parametrize("axis", [0, -1])
def test_sparsemax_is_the_nearest_distribution(axis: int) -> None:
    scores = np.random.default_rng(0).normal(size=(5, 4, 6))
    expected = np.apply_along_axis(nearest_distribution, axis, scores)
    np.testing.assert_allclose(sparsemax(scores.astype(np.float32), axis=axis), expected, atol=1e-6)


def test_softmax_of_huge_scores_is_finite() -> None:
    np.testing.assert_array_equal(softmax(np.array([1000.0, -1000.0], np.float32)), [1.0, 0.0])


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=5, max_size=5))
def test_sparsemax_is_a_distribution_whatever_the_scores(scores: list[float]) -> None:
    result = np.asarray(sparsemax(np.array(scores, np.float32)))
    assert (result >= 0).all()
    assert abs(result.sum() - 1) < 1e-5


@pytest.mark.parametrize("function", [softmax, log_softmax, sparsemax])
def test_a_number_has_no_axis(function: object) -> None:
    with pytest.raises(ShapeError, match=r"works along axis -1, which an array of shape \(\)"):
        function(1.0)  # type: ignore[operator]


def test_every_axis_of_a_tuple_must_exist() -> None:
    with pytest.raises(ShapeError, match="axis 2"):
        softmax(np.ones((2, 2)), axis=(0, 2))
