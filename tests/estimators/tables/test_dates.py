from __future__ import annotations

import numpy as np

from ranvier.estimators.tables.dates import PARTS, date_parts


def test_parts_of_dates_worked_by_hand() -> None:
    moments = np.array(["2021-01-01T00:00", "2021-07-02T12:00", "2024-01-08T18:00"], "datetime64[s]")
    parts = date_parts(moments.astype(np.int64).astype(np.float64))
    assert tuple(parts) == PARTS
    np.testing.assert_allclose(parts["elapsed"], [18628.0, 18810.5, 19730.75])
    np.testing.assert_allclose(
        parts["year_sine"][:2], [0.0, 0.0], atol=1e-9
    )  # the middle of a year of 365 days
    np.testing.assert_allclose(parts["year_cosine"][:2], [1.0, -1.0])
    np.testing.assert_allclose(parts["day_sine"], [0.0, 0.0, -1.0], atol=1e-9)
    np.testing.assert_allclose(parts["day_cosine"], [1.0, -1.0, 0.0], atol=1e-9)
    days = np.array([4, 4, 0])  # Friday, Friday, Monday
    np.testing.assert_allclose(parts["week_sine"], np.sin(2 * np.pi * days / 7), atol=1e-9)


def test_missing_and_impossible_dates_stay_in_bounds() -> None:
    parts = date_parts(np.array([np.nan, np.inf, -1e20]))
    assert all(np.isnan(values[0]) for values in parts.values())
    assert all(np.isfinite(values[2]).all() for values in parts.values())
