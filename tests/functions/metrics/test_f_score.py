from __future__ import annotations

import jax
import numpy as np
import pytest
from sklearn.metrics import fbeta_score

from ranvier.errors import ShapeError
from ranvier.functions import metrics
from ranvier.functions.metrics import f_beta_scores

pytestmark = pytest.mark.usefixtures("strict_promotion")
# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}

TARGETS = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0]])
SCORES = np.array([[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]], np.float32)


def class_counts(y_true, y_pred, weights=None, threshold=None):
    count = jax.jit(metrics.class_counts, static_argnums=3, compiler_options=QUICK)
    return count(
        *(None if each is None else np.asarray(each) for each in (y_true, y_pred, weights)), threshold
    )


def test_by_hand() -> None:
    counts = np.asarray(class_counts(TARGETS, SCORES, threshold=0.5), np.float64)
    np.testing.assert_array_equal(counts, [[1, 2, 1], [1, 3, 2], [3, 2, 1]])
    np.testing.assert_allclose(f_beta_scores(counts, 1.0), [0.5, 0.8, 2 / 3], rtol=1e-6)
    np.testing.assert_allclose(f_beta_scores(counts, 2.0), [5 / 13, 10 / 11, 5 / 6], rtol=1e-6)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_against_sklearn(beta: float) -> None:
    random = np.random.default_rng(0)
    targets, scores = random.integers(0, 2, (30, 3)), random.random((30, 3), np.float32)
    weights = random.random(30, np.float32)
    counts = np.asarray(class_counts(targets, scores, weights, 0.4), np.float64)
    expected = fbeta_score(targets, scores > 0.4, beta=beta, average=None, sample_weight=weights)
    np.testing.assert_allclose(f_beta_scores(counts, beta), expected, rtol=1e-5)


def test_the_largest_is_chosen_and_all_that_equal_it_but_not_zeros() -> None:
    counts = class_counts([[1, 0], [1, 0], [1, 0]], [[0.4, 0.4], [0.0, 0.0], [0.3, 0.7]])
    np.testing.assert_array_equal(counts[1], [1, 2])


def test_rows_without_weight_count_for_nothing() -> None:
    counts = class_counts([[1, 0], [1, 0]], np.array([[0.9, 0.1], [np.nan, np.nan]], np.float32), [1, 0], 0.5)
    np.testing.assert_array_equal(counts, [[1, 0], [1, 0], [1, 0]])


@pytest.mark.parametrize(
    ("y_true", "y_pred"), [((3,), (3,)), ((3,), (3, 2)), ((3, 2), (3, 3)), ((3, 2, 1),) * 2]
)
def test_shapes_that_do_not_fit(y_true, y_pred) -> None:
    with pytest.raises(ShapeError, match="`to_categorical`"):
        class_counts(np.zeros(y_true), np.zeros(y_pred))
