from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataTypeError
from ranvier.utils import normalize

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4, 5))
X[1, 2] = 0.0


def test_by_hand():
    np.testing.assert_allclose(normalize(np.array([[3.0, 4.0], [0.0, 0.0]])), [[0.6, 0.8], [0.0, 0.0]])
    np.testing.assert_allclose(normalize([3, -1], order=1), [0.75, -0.25])
    np.testing.assert_allclose(normalize(5.0), [1.0])


@pytest.mark.parametrize("order", [1, 2, 3, float("inf")])
@pytest.mark.parametrize("axis", [-1, 1, 2])
def test_equals_keras(keras, axis, order):
    np.testing.assert_allclose(normalize(X, axis, order), keras.utils.normalize(X, axis, order))
    if order != float("inf"):
        x = jnp.asarray(X, jnp.float32)
        ours = normalize(x, axis, order)
        assert isinstance(ours, jax.Array)
        np.testing.assert_allclose(ours, keras.utils.normalize(x, axis, order), rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_first_axis(order):
    expected = X / np.where((norm := np.linalg.norm(X, order, axis=0)) == 0, 1, norm)
    np.testing.assert_allclose(normalize(X, 0, order), expected)


def test_types():
    assert normalize(np.ones(2, np.float32)).dtype == np.float32
    assert normalize(np.ones(2, np.int32)).dtype == np.float64
    with jax.numpy_dtype_promotion("strict"):
        assert normalize(jnp.ones(2, jnp.int32)).dtype == jnp.float32
        assert normalize(jnp.ones(2, jnp.bfloat16)).dtype == jnp.bfloat16
        assert jax.jit(normalize)(jnp.ones(2)).shape == (2,)


@pytest.mark.parametrize(
    ("x", "options", "error", "sentence"),
    [
        (X, {"axis": 3}, ConfigurationError, r"`axis` must lie in \[-3, 3\); received: 3"),
        (X, {"axis": None}, ConfigurationError, "must be one integer; received: None"),
        (X, {"axis": (0, 1)}, ConfigurationError, "must be one integer"),
        (X, {"order": 0}, ConfigurationError, "`order` must be a number from 1 up; received: 0"),
        (X, {"order": "fro"}, ConfigurationError, "received: 'fro'"),
        (["a"], {}, DataTypeError, "expects numbers; received: dtype <U1"),
    ],
)
def test_what_is_refused(x, options, error, sentence):
    with pytest.raises(error, match=sentence):
        normalize(x, **options)
