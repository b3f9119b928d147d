from __future__ import annotations

import numpy as np

from ranvier.estimators.tables.schedules import FourCosines, flat_then_cosine


def test_four_waves_each_twice_as_long() -> None:
    schedule = FourCosines(0.04, 150)
    np.testing.assert_allclose(schedule.rates(np.array([0, 10, 30, 70, 150])), 0.0, atol=1e-12)
    peaks = 150 * (2 ** np.array([0.5, 1.5, 2.5, 3.5]) - 1) / 15
    np.testing.assert_allclose(schedule.rates(peaks), 0.04)
    assert float(schedule(3)) == 0.04 * 0.5 * (1 - np.cos(2 * np.pi * np.log2(1.3)))
    assert FourCosines.from_config(schedule.get_config()).steps == 150


def test_flat_then_cosine() -> None:
    np.testing.assert_allclose(
        flat_then_cosine(np.array([0.0, 0.5, 0.75, 1.0, 2.0])), [1.0, 1.0, 0.5, 0.0, 0.0], atol=1e-12
    )
