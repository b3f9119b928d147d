from __future__ import annotations

import numpy as np

from ranvier.estimators.tables.scaling import RobustScaling


def test_numbers_worked_by_hand() -> None:
    columns = np.array(
        [
            [0.0, 0.0, 5.0],
            [1.0, 0.0, 5.0],
            [2.0, 0.0, 5.0],
            [3.0, 0.0, 5.0],
            [4.0, 8.0, 5.0],
        ]
    )
    scaling = RobustScaling.learn(columns)
    np.testing.assert_array_equal(scaling.medians, [2.0, 0.0, 5.0])
    np.testing.assert_array_equal(scaling.factors, [0.5, 0.25, 0.0])
    z = np.array([[-1.0, 0.0], [-0.5, 0.0], [0.0, 0.0], [0.5, 0.0], [1.0, 2.0]])
    found = scaling.scaled(columns)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, :2], z / np.sqrt(1 + z**2 / 9), rtol=1e-6)
    assert (found[:, 2] == 0.0).all()


def test_infinite_and_huge_numbers_lie_at_the_edge() -> None:
    scaling = RobustScaling.learn(
        np.array([[0.0], [1.0], [2.0], [0.0], [1.0], [2.0], [np.inf], [-np.inf], [1e308]])
    )
    found = scaling.scaled(np.array([[np.inf], [-np.inf], [1e308], [-1e308], [1.0]]))[:, 0]
    np.testing.assert_allclose(found[:4], [3.0, -3.0, 3.0, -3.0])
    assert abs(found[4]) < 1.0


def test_a_column_of_infinities_becomes_zero_or_the_edge() -> None:
    scaling = RobustScaling.learn(np.full((3, 1), np.inf))
    assert np.isfinite(scaling.scaled(np.array([[np.inf], [0.0]]))).all()


def test_the_span_of_floats_overflows_nothing() -> None:
    scaling = RobustScaling.learn(np.array([[-1.7e308], [1.7e308], [0.0]]))
    assert np.isfinite(scaling.scaled(np.array([[-1.7e308], [1.7e308]]))).all()
