"""What update rules share, against numbers worked by hand and NumPy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from ranvier.functions import updates

pytestmark = pytest.mark.usefixtures("strict_promotion")


def sample(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_interpolation_by_hand() -> None:
    average = updates.interpolate(jnp.array([2.0, 0.0]), jnp.array([4.0, 1.0]), 0.25)
    np.testing.assert_allclose(average, [2.5, 0.25])


def test_norms_by_hand() -> None:
    assert float(updates.euclidean_norm(np.array([3.0, 4.0], np.float32))) == pytest.approx(5.0)
    assert float(updates.root_mean_square(np.array([1.0, 7.0], np.float32))) == pytest.approx(5.0)
    arrays = [np.array([1.0, 2.0], np.float32), np.array([[2.0], [4.0]], np.float32)]
    assert float(updates.global_norm(arrays)) == pytest.approx(5.0)


@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (2, 3, 4)])
def test_norms_equal_numpy(shape: tuple[int, ...]) -> None:
    x = sample(shape)
    np.testing.assert_allclose(updates.euclidean_norm(x), np.linalg.norm(x.ravel()), rtol=1e-6)
    np.testing.assert_allclose(updates.root_mean_square(x), np.sqrt(np.mean(x**2)), rtol=1e-6)


def test_norm_clipping_by_hand() -> None:
    gradient = np.array([3.0, 4.0], np.float32)
    np.testing.assert_allclose(updates.clip_by_norm(gradient, 1.0), [0.6, 0.8], rtol=1e-6)
    np.testing.assert_array_equal(updates.clip_by_norm(gradient, 6.0), gradient)
    np.testing.assert_array_equal(updates.clip_by_norm(np.zeros(2, np.float32), 1.0), [0.0, 0.0])


def test_global_clipping_by_hand() -> None:
    clipped = updates.clip_by_global_norm([np.array([3.0], np.float32), np.array([4.0], np.float32)], 2.5)
    np.testing.assert_allclose(np.concatenate(clipped), [1.5, 2.0], rtol=1e-6)
    kept = updates.clip_by_global_norm([np.array([0.0], np.float32)], 2.5)
    np.testing.assert_array_equal(kept[0], [0.0])


def test_global_clipping_of_an_infinite_gradient_is_no_silent_zero() -> None:
    clipped = updates.clip_by_global_norm([np.array([np.inf, 1.0], np.float32)], 1.0)
    assert np.isnan(clipped[0]).all()


def test_trust_ratio_by_hand() -> None:
    ratio = updates.trust_ratio(np.array([3.0, 4.0], np.float32), np.array([0.0, 2.0], np.float32))
    assert float(ratio) == pytest.approx(2.5)
    for parameter, change in (([0.0], [1.0]), ([1.0], [0.0])):
        assert (
            float(updates.trust_ratio(np.array(parameter, np.float32), np.array(change, np.float32))) == 1.0
        )


@pytest.mark.parametrize("shape", [(4, 4), (3, 6), (6, 3)])
def test_orthogonalization_approaches_the_nearest_orthogonal_matrix(shape: tuple[int, int]) -> None:
    matrix = sample(shape)
    # The classical cubic coefficients converge to U V' exactly; Muon's only come near, but sooner.
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    near = updates.orthogonalize(matrix, (1.5, -0.5, 0.0), 40)
    np.testing.assert_allclose(near, left @ right, atol=1e-4)
    singular = np.linalg.svd(updates.orthogonalize(matrix, (3.4445, -4.7750, 2.0315), 5), compute_uv=False)
    assert (singular > 0.5).all()
    assert (singular < 1.3).all()


def test_orthogonalization_of_a_multiple_of_the_identity_by_hand() -> None:
    # Over its Frobenius norm 2 I becomes I / sqrt(2); one step gives 1.5 x - 0.5 x^3 on the diagonal.
    x = 0.5**0.5
    near = updates.orthogonalize(2 * np.eye(2, dtype=np.float32), (1.5, -0.5, 0.0), 1)
    np.testing.assert_allclose(near, np.eye(2) * (1.5 * x - 0.5 * x**3), atol=1e-6)


@pytest.mark.parametrize("function", [updates.root_mean_square, updates.euclidean_norm])
def test_gradients_of_norms(function: object) -> None:
    check_grads(function, (jnp.asarray(sample((3, 2))),), order=1, modes=["rev"], atol=1e-2, rtol=1e-2)


def test_gradient_of_clipping() -> None:
    check_grads(
        lambda g: updates.clip_by_norm(g, 0.5),
        (jnp.asarray(sample((4,))),),
        order=1,
        modes=["rev"],
        atol=1e-2,
    )


def test_all_are_traceable() -> None:
    clipped = jax.jit(updates.clip_by_global_norm)([sample((2,)), sample((3,))], np.float32(0.1))
    assert [array.shape for array in clipped] == [(2,), (3,)]
