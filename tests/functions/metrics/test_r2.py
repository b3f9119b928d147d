from __future__ import annotations

from functools import partial

import jax
import numpy as np
import pytest
from sklearn.metrics import r2_score

from ranvier.errors import ShapeError
from ranvier.functions.metrics import r2

pytestmark = pytest.mark.usefixtures("strict_promotion")


# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}


@partial(jax.jit, compiler_options=QUICK)
def sums(y_true, y_pred, weight):
    targets, predictions = r2.two_dimensional(y_true, y_pred)
    weights = r2.row_weights(weight, targets)
    return r2.moments(targets, predictions, weights, r2.first_counted(targets, weights))


def parts(y_true, y_pred, weight=None) -> r2.R2Parts:
    arrays = (None if each is None else np.asarray(each) for each in (y_true, y_pred, weight))
    return r2.r2_parts(np.asarray(sums(*arrays), np.float64))


def test_by_hand() -> None:
    computed = parts([[1], [4], [3]], [[2], [4], [4]])
    np.testing.assert_allclose(computed.residual, [2.0])
    np.testing.assert_allclose(computed.total, [14 / 3], rtol=1e-6)
    np.testing.assert_allclose(computed.scores, [4 / 7], rtol=1e-6)


def test_against_sklearn() -> None:
    random = np.random.default_rng(0)
    targets, predictions = random.normal(size=(2, 20, 3))
    weights = random.random(20)
    expected = r2_score(targets, predictions, sample_weight=weights, multioutput="raw_values")
    np.testing.assert_allclose(parts(targets, predictions, weights).scores, expected, rtol=1e-4)


def test_targets_far_from_zero_keep_their_variance() -> None:
    random = np.random.default_rng(1)
    years = (2000 + random.integers(0, 20, 50)).astype(np.float32)
    guesses = years + random.normal(size=50).astype(np.float32)
    np.testing.assert_allclose(parts(years, guesses).scores, [r2_score(years, guesses)], rtol=1e-6)


def test_constant_targets() -> None:
    np.testing.assert_array_equal(parts([2.0, 2.0], [1.0, 3.0]).scores, [0.0])
    assert np.isnan(parts([2.0, 2.0], [2.0, 2.0]).scores[0])


def test_rows_without_weight_count_for_nothing() -> None:
    computed = parts([np.nan, 1.0, 4.0, 3.0], [np.inf, 2.0, 4.0, 4.0], [0, 1, 1, 1])
    np.testing.assert_allclose(computed.scores, [4 / 7], rtol=1e-6)


@pytest.mark.parametrize(
    ("y_true", "y_pred"), [((3,), (4,)), ((3, 1), (3, 2)), ((3, 2, 2), (3, 2, 2)), ((), ())]
)
def test_shapes_that_do_not_fit(y_true, y_pred) -> None:
    with pytest.raises(ShapeError, match="R2Score needs"):
        parts(np.zeros(y_true), np.zeros(y_pred))
