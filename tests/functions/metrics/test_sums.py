from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.functions.metrics import sums


def repeated(start: float, increment: float, times: int) -> float:
    state = sums.empty(())
    state[0] = start
    added = jax.jit(
        lambda state: jax.lax.fori_loop(
            0, times, lambda _, held: sums.add(held, jnp.float32(increment)), state
        )
    )(state)
    return float(sums.value(np.asarray(added)))


def test_by_hand() -> None:
    state = sums.add(sums.add(sums.empty((2,)), jnp.array([1.0, 2.0])), jnp.array([0.5, -3.0]))
    np.testing.assert_array_equal(sums.value(np.asarray(state)), [1.5, -1.0])


@pytest.mark.parametrize("start", [2.0**24, 2.0**26, 2.0**40])
def test_counting_does_not_stall(start: float) -> None:
    # float32 alone stays at `start`: its neighbours are 2 or more apart.
    assert np.float32(start) + np.float32(1) == np.float32(start)
    assert repeated(start, 1.0, 1001) == start + 1001


def test_small_addends_are_not_lost() -> None:
    expected = 200_000 * float(np.float32(0.1))
    assert repeated(0.0, 0.1, 200_000) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(("value", "expected"), [(np.inf, np.inf), (-np.inf, -np.inf), (np.nan, np.nan)])
def test_what_is_not_finite_stays_so(value: float, expected: float) -> None:
    np.testing.assert_equal(repeated(1.0, value, 3), expected)
