from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest
from scipy import stats

from ranvier.errors import ShapeError
from ranvier.functions.initializers import TRUNCATED_STDDEV, normal, orthogonal, truncated_normal, uniform
from ranvier.random import generator

FLOAT32 = np.dtype(np.float32)
DTYPES = [np.dtype(kind) for kind in (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)]

DISTRIBUTIONS = [
    (normal, (1.0, 0.5), stats.norm(1.0, 0.5)),
    (truncated_normal, (1.0, 0.5), stats.truncnorm(-2, 2, 1.0, 0.5)),
    (uniform, (-1.0, 3.0), stats.uniform(-1.0, 4.0)),
]


@pytest.mark.parametrize(("function", "numbers", "distribution"), DISTRIBUTIONS)
def test_follows_the_distribution(function: Any, numbers: Any, distribution: Any) -> None:
    values = function(generator(3), (100, 200), *numbers, FLOAT32)
    assert stats.kstest(values.ravel(), distribution.cdf).pvalue > 0.01


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("function", "numbers", "distribution"), DISTRIBUTIONS)
def test_dtype_shape_and_moments(function: Any, numbers: Any, distribution: Any, dtype: Any) -> None:
    values = function(generator(4), (50, 4, 100), *numbers, dtype)
    assert values.shape == (50, 4, 100)
    assert values.dtype == dtype
    assert values.astype(np.float64).mean() == pytest.approx(distribution.mean(), abs=0.03)
    assert values.astype(np.float64).std() == pytest.approx(distribution.std(), rel=0.03)


def test_truncation_is_exact_and_its_deviation_known() -> None:
    values = truncated_normal(generator(5), (100_000,), 0.0, 1.0, np.dtype(np.float64))
    assert np.abs(values).max() <= 2
    assert stats.truncnorm(-2, 2).std() == pytest.approx(TRUNCATED_STDDEV, rel=1e-12)


def test_equal_generators_give_equal_values() -> None:
    for function, numbers, _ in DISTRIBUTIONS:
        one, other = (function(generator(6), (3, 4), *numbers, FLOAT32) for _ in range(2))
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (3, 2, 4), (2, 3)])
@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_orthogonal(shape: tuple[int, ...], gain: float) -> None:
    values = orthogonal(generator(7), shape, gain, np.dtype(np.float64))
    assert values.shape == shape
    assert values.flags.c_contiguous
    matrix = values.reshape(-1, shape[-1])
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(product, gain**2 * np.eye(len(product)), atol=1e-12)


def test_orthogonal_of_one_number_takes_both_signs() -> None:
    # The Q of a QR decomposition alone always has the same sign.
    signs = {float(orthogonal(generator(seed), (1, 1), 1.0, FLOAT32)[0, 0]) for seed in range(10)}
    assert signs == {-1.0, 1.0}


@pytest.mark.parametrize("shape", [(), (3,)])
def test_orthogonal_needs_two_axes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="needs at least two axes; received shape"):
        orthogonal(generator(0), shape, 1.0, FLOAT32)


def test_empty_shapes() -> None:
    assert normal(generator(0), (0, 3), 0.0, 1.0, FLOAT32).shape == (0, 3)
    assert truncated_normal(generator(0), (), 0.0, 1.0, FLOAT32).shape == ()
