from __future__ import annotations

import jax
import numpy as np
import pytest
import sklearn.metrics

from ranvier.errors import ShapeError
from ranvier.functions import metrics
from ranvier.functions.metrics import intersection_over_union

pytestmark = pytest.mark.usefixtures("strict_promotion")
# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}


def confusion_matrix(y_true, y_pred, classes, weights=None, ignore_class=None):
    count = jax.jit(metrics.confusion_matrix, static_argnums=(2, 4), compiler_options=QUICK)
    weights = None if weights is None else np.asarray(weights)
    return count(np.asarray(y_true), np.asarray(y_pred), classes, weights, ignore_class)


def test_by_hand() -> None:
    matrix = np.asarray(confusion_matrix([0, 0, 1, 1], [0, 1, 0, 1], 2))
    np.testing.assert_array_equal(matrix, [[1, 1], [1, 1]])
    assert intersection_over_union(matrix, [0]) == pytest.approx(1 / 3)
    weighted = np.asarray(confusion_matrix([0, 0, 1, 1], [0, 1, 0, 1], 2, [0.3, 0.3, 0.3, 0.1]))
    assert intersection_over_union(weighted, [0]) == pytest.approx(1 / 3)
    assert intersection_over_union(weighted, [0, 1]) == pytest.approx((0.3 / 0.9 + 0.1 / 0.7) / 2)


def test_against_sklearn() -> None:
    random = np.random.default_rng(0)
    targets, predictions = random.integers(0, 4, (2, 10, 3))
    weights = random.integers(1, 5, 10)
    matrix = np.asarray(confusion_matrix(targets, predictions, 4, weights))
    flat = {"sample_weight": np.repeat(weights, 3)}
    expected = sklearn.metrics.confusion_matrix(targets.ravel(), predictions.ravel(), **flat)
    np.testing.assert_array_equal(matrix, expected)
    jaccard = sklearn.metrics.jaccard_score(targets.ravel(), predictions.ravel(), average="macro", **flat)
    assert intersection_over_union(matrix, range(4)) == pytest.approx(jaccard)


def test_numbers_that_are_no_class_are_left_out() -> None:
    matrix = confusion_matrix([0, -1, 255, 1, 1], [0, 0, 1, 2, -5], 2)
    np.testing.assert_array_equal(matrix, [[1, 0], [0, 0]])
    np.testing.assert_array_equal(confusion_matrix([0, 1], [1, 1], 2, ignore_class=0), [[0, 0], [0, 1]])


def test_classes_that_do_not_occur_are_left_out() -> None:
    matrix = np.array([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 1.0]])
    assert intersection_over_union(matrix, [0, 1, 2]) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert intersection_over_union(matrix, [1]) == 0.0


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError):
        confusion_matrix(np.zeros((4, 2)), np.zeros((4, 3)), 2)
