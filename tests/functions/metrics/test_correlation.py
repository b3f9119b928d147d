from __future__ import annotations

import jax
import numpy as np
import pytest
import scipy.stats
from sklearn.metrics.pairwise import cosine_similarity as sklearn_cosine

from ranvier.errors import ShapeError
from ranvier.functions import metrics

pytestmark = pytest.mark.usefixtures("strict_promotion")
RANDOM = np.random.default_rng(2)
TARGETS, PREDICTIONS = RANDOM.normal(size=(2, 6, 4)).astype(np.float32)
# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
concordance_correlation, cosine_similarity, pearson_correlation = (
    jax.jit(function, static_argnames="axis", compiler_options=QUICK)
    for function in (metrics.concordance_correlation, metrics.cosine_similarity, metrics.pearson_correlation)
)
FUNCTIONS = [pearson_correlation, concordance_correlation, cosine_similarity]


def test_by_hand() -> None:
    assert float(pearson_correlation(np.array([[0, 1, 2]]), np.array([[1, 3, 5]]))[0]) == pytest.approx(1.0)
    # Variances 2/3 and 8/3, covariance 4/3, means 1 and 3.
    assert float(concordance_correlation(np.array([[0, 1, 2]]), np.array([[1, 3, 5]]))[0]) == pytest.approx(
        8 / 3 / (10 / 3 + 4)
    )
    assert float(cosine_similarity(np.array([[0, 1]]), np.array([[1, 1]]))[0]) == pytest.approx(np.sqrt(0.5))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_against_scipy_and_sklearn(axis: int) -> None:
    rows = (TARGETS, PREDICTIONS) if axis else (TARGETS.T, PREDICTIONS.T)
    pearson = [scipy.stats.pearsonr(*pair).statistic for pair in zip(*rows, strict=True)]
    np.testing.assert_allclose(pearson_correlation(TARGETS, PREDICTIONS, axis=axis), pearson, rtol=2e-5)
    cosine = np.diagonal(sklearn_cosine(*rows))
    np.testing.assert_allclose(cosine_similarity(TARGETS, PREDICTIONS, axis=axis), cosine, rtol=2e-5)
    (first, second) = rows
    deviations = first.std(1), second.std(1)
    spread = deviations[0] ** 2 + deviations[1] ** 2 + (first.mean(1) - second.mean(1)) ** 2
    concordance = 2 * np.array(pearson) * deviations[0] * deviations[1] / spread
    np.testing.assert_allclose(
        concordance_correlation(TARGETS, PREDICTIONS, axis=axis), concordance, rtol=2e-5
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whole_weights_are_repetitions_along_the_batch(function) -> None:
    weights = np.array([2, 1, 0, 3, 1, 1])
    repeated = (np.repeat(array, weights, axis=0) for array in (TARGETS, PREDICTIONS))
    spoiled = PREDICTIONS.copy()
    spoiled[2] = np.nan
    weighted = function(TARGETS, spoiled, axis=0, sample_weight=weights)
    np.testing.assert_allclose(weighted, function(*repeated, axis=0), rtol=1e-5)


def test_vectors_without_direction() -> None:
    assert float(cosine_similarity(np.zeros((1, 2)), np.ones((1, 2)))[0]) == 0.0
    assert np.isnan(float(pearson_correlation(np.ones((1, 2)), np.array([[1.0, 2.0]]))[0]))
    assert float(concordance_correlation(np.ones((1, 2)), np.ones((1, 2)))[0]) == 0.0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_gradient_by_finite_differences(function) -> None:
    direction = RANDOM.normal(size=PREDICTIONS.shape).astype(np.float32)
    _, slope = jax.jvp(lambda p: function(TARGETS, p), (jax.numpy.asarray(PREDICTIONS),), (direction,))
    step = 1e-2
    above, below = (function(TARGETS, PREDICTIONS + sign * step * direction) for sign in (1, -1))
    np.testing.assert_allclose(slope, (above - below) / (2 * step), atol=2e-3)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_shapes_that_do_not_fit(function) -> None:
    with pytest.raises(ShapeError):
        function(TARGETS, PREDICTIONS[:, :3])
