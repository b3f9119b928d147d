"""Schedules as functions: numbers worked by hand, shapes, and restarts that must not slip by a period."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.functions import schedules


def test_exponential_decay_by_hand() -> None:
    options = {"initial": 0.8, "decay_steps": 10, "decay_rate": 0.5}
    np.testing.assert_allclose(
        schedules.exponential_decay([0, 10, 20, 5], **options), [0.8, 0.4, 0.2, 0.8 * 0.5**0.5]
    )
    np.testing.assert_allclose(
        schedules.exponential_decay([0, 9, 10, 19], **options, staircase=True), [0.8, 0.8, 0.4, 0.4]
    )


def test_inverse_time_decay_by_hand() -> None:
    options = {"initial": 0.6, "decay_steps": 4, "decay_rate": 0.5}
    np.testing.assert_allclose(schedules.inverse_time_decay([0, 4, 8, 2], **options), [0.6, 0.4, 0.3, 0.48])
    np.testing.assert_allclose(
        schedules.inverse_time_decay([3, 4, 7], **options, staircase=True), [0.6, 0.4, 0.4]
    )


def test_piecewise_constant_holds_up_to_and_including_the_boundary() -> None:
    rates = schedules.piecewise_constant([0, 5, 6, 9, 10], boundaries=[5, 9], values=[1.0, 0.5, 0.1])
    np.testing.assert_array_equal(rates, [1.0, 1.0, 0.5, 0.5, 0.1])


def test_polynomial_decay_by_hand() -> None:
    options = {"initial": 1.0, "decay_steps": 10, "end": 0.2, "power": 2.0}
    np.testing.assert_allclose(schedules.polynomial_decay([0, 5, 10, 99], **options), [1.0, 0.4, 0.2, 0.2])
    # After 10 steps the period is 20, so 15 is three quarters through it: 0.8 / 16 + 0.2.
    np.testing.assert_allclose(
        schedules.polynomial_decay([0, 10, 15, 20], **options, cycle=True), [1.0, 0.2, 0.25, 0.2]
    )


def test_cosine_decay_by_hand() -> None:
    np.testing.assert_allclose(
        schedules.cosine_decay([0, 5, 10, 50], initial=1.0, decay_steps=10, alpha=0.2), [1.0, 0.6, 0.2, 0.2]
    )
    np.testing.assert_allclose(
        schedules.cosine_decay(
            [0, 2, 4, 9, 14], initial=0.1, decay_steps=10, warmup_target=0.5, warmup_steps=4
        ),
        [0.1, 0.3, 0.5, 0.25, 0.0],
        atol=1e-12,
    )


def test_cosine_restarts_by_hand() -> None:
    rates = schedules.cosine_decay_restarts(
        [0, 5, 10, 20, 30, 50], initial=1.0, first_decay_steps=10, m_mul=0.5, alpha=0.1
    )
    # Periods of 10, 20 and 40 steps, with heights 1, 1/2 and 1/4.
    np.testing.assert_allclose(rates, 0.9 * np.array([1.0, 0.5, 0.5, 0.25, 0.25, 0.125]) + 0.1)
    equal = schedules.cosine_decay_restarts([0, 5, 10, 15], initial=1.0, first_decay_steps=10, t_mul=1.0)
    np.testing.assert_allclose(equal, [1.0, 0.5, 1.0, 0.5])


@pytest.mark.parametrize("t_mul", [2.0, 3.0, 5.0, 1.5])
def test_restarts_begin_exactly_where_the_periods_before_end(t_mul: float) -> None:
    starts = np.cumsum(8 * t_mul ** np.arange(6))
    starts = starts[starts == np.round(starts)]
    rates = schedules.cosine_decay_restarts(starts, initial=1.0, first_decay_steps=8, t_mul=t_mul)
    np.testing.assert_allclose(rates, 1.0)


def test_a_step_gives_a_number_and_any_shape_keeps_its_shape() -> None:
    rates = schedules.cosine_decay(np.arange(6).reshape(2, 3), initial=1.0, decay_steps=10)
    assert rates.shape == (2, 3)
    assert rates.dtype == np.float64
    assert schedules.polynomial_decay(3, initial=1.0, decay_steps=10, end=0.0, power=1.0).shape == ()
