"""NumPy values with a method ``numpy()``."""

from __future__ import annotations

import pickle
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import metrics, optimizers
from ranvier.host_values import HostArray, with_numpy_method


@pytest.mark.parametrize(
    "value", [np.float32(1.5), np.float64(1.5), np.int64(3), np.array([1.0, 2.0]), np.zeros((2, 3), np.uint8)]
)
def test_the_value_stays_and_has_the_method(value: Any) -> None:
    given = with_numpy_method(value)
    assert given.dtype == value.dtype
    np.testing.assert_array_equal(given, value)
    plain = given.numpy()
    assert not hasattr(plain, "numpy")
    np.testing.assert_array_equal(plain, value)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(given)), value)


def test_numbers_compute_and_print_as_before() -> None:
    half = with_numpy_method(np.float32(0.5))
    assert f"{half:.2f}" == "0.50"
    assert half + 1 == 1.5
    assert round(float(half), 1) == 0.5
    with jax.numpy_dtype_promotion("strict"):
        assert jnp.multiply(jnp.ones(2), half).tolist() == [0.5, 0.5]


def test_arrays_share_their_memory() -> None:
    array = np.zeros(3)
    given = with_numpy_method(array)
    assert isinstance(given, HostArray)
    given.numpy()[0] = 1.0
    assert array[0] == 1.0


def test_results_schedules_and_rates_have_it() -> None:
    mean = metrics.Mean()
    mean.update_state([1.0, 2.0])
    assert mean.result().numpy() == 1.5
    scores = metrics.F1Score()
    scores.update_state(np.eye(2, dtype="float32"), np.eye(2, dtype="float32"))
    assert scores.result().numpy() == pytest.approx([1.0, 1.0])
    schedule = optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    assert schedule(10).numpy() == pytest.approx(0.05)
    assert schedule(np.arange(2)).numpy().shape == (2,)
    assert optimizers.SGD(schedule).learning_rate.numpy() == pytest.approx(0.1)
