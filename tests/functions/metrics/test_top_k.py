from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.functions.metrics import sparse_top_k_categorical_accuracy, top_k_categorical_accuracy

pytestmark = pytest.mark.usefixtures("strict_promotion")
SCORES = np.array([[0.1, 0.9, 0.8], [0.05, 0.95, 0.0], [0.5, 0.5, 0.5]], np.float32)


@pytest.mark.parametrize(("k", "expected"), [(1, [0, 1, 1]), (2, [1, 1, 1]), (3, [1, 1, 1]), (9, [1, 1, 1])])
def test_by_hand(k: int, expected: list[int]) -> None:
    np.testing.assert_array_equal(sparse_top_k_categorical_accuracy([2, 1, 2], SCORES, k=k), expected)
    np.testing.assert_array_equal(top_k_categorical_accuracy(np.eye(3)[[2, 1, 2]], SCORES, k=k), expected)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_against_sklearn(k: int) -> None:
    random = np.random.default_rng(0)
    scores, labels = random.random((40, 5), np.float32), random.integers(0, 5, 40)
    hits = sparse_top_k_categorical_accuracy(labels, scores, k=k)
    assert float(hits.mean()) == pytest.approx(top_k_accuracy_score(labels, scores, k=k))


def test_sorted_ids() -> None:
    ids = np.array([[1, 0, 3], [1, 2, 3]], np.float32)
    np.testing.assert_array_equal(
        sparse_top_k_categorical_accuracy([2, 1], ids, 1, from_sorted_ids=True), [0, 1]
    )
    np.testing.assert_array_equal(
        sparse_top_k_categorical_accuracy([3, 2], ids, 2, from_sorted_ids=True), [0, 1]
    )


def test_what_is_no_class_is_never_found() -> None:
    scores = np.array([[0.1, np.nan], [0.1, np.nan], [0.1, 0.2], [0.1, 0.2]], np.float32)
    np.testing.assert_array_equal(sparse_top_k_categorical_accuracy([0, 1, -1, 2], scores, k=1), [1, 0, 0, 0])
    np.testing.assert_array_equal(sparse_top_k_categorical_accuracy([0, 1, -1, 2], scores, k=5), [1, 1, 0, 0])


@pytest.mark.parametrize("k", [0, -3, 1.5, "two", True, None])
def test_k_must_be_positive(k) -> None:
    with pytest.raises(ConfigurationError, match="`k` must be a positive integer; received: k="):
        sparse_top_k_categorical_accuracy([2], SCORES[:1], k=k)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="use the sparse metric"):
        top_k_categorical_accuracy([0, 1, 2], SCORES)
    with pytest.raises(ShapeError, match="one class number"):
        sparse_top_k_categorical_accuracy(SCORES, SCORES)
