from __future__ import annotations

from typing import Any

import pytest

from ranvier.tables.statistics import statistics_of


def _statistics(read: Any, values: list[str]) -> dict[str, Any]:
    table = read("v,n\n" + "".join(f"{value},0\n" for value in values))
    return statistics_of(table.columns[0], table.frame.column(0)).as_dict()


def test_numbers(read: Any) -> None:
    found = _statistics(read, ["1", "2", "2", "", "7"])
    # mean 12 / 4; deviations -2, -1, -1, 4
    assert found["deviation"] == pytest.approx((22 / 4) ** 0.5)
    expected = {
        "rows": 5,
        "missing": 1,
        "distinct": 3,
        "low": 1,
        "high": 7,
        "mean": 3.0,
        "quartiles": (1.75, 2.0, 3.25),
    }
    assert {name: found[name] for name in expected} == expected
    assert found["histogram"] == (1, 2, 0, 0, 0, 0, 1)


def test_numbers_with_decimals_fill_bins(read: Any) -> None:
    histogram = _statistics(read, [str(number / 10) for number in range(100)])["histogram"]
    assert (len(histogram), sum(histogram)) == (24, 100)


def test_numbers_whose_squares_are_too_large(read: Any) -> None:
    found = _statistics(read, ["1e300", "3e300"])
    assert (found["mean"], found["deviation"]) == (pytest.approx(2e300), pytest.approx(1e300))


def test_words(read: Any) -> None:
    found = _statistics(read, ["b", "a", "b", "NA", "c"])
    assert found["common"] == (("b", 2), ("a", 1), ("c", 1))
    assert "mean" not in found


def test_truth_values(read: Any) -> None:
    assert _statistics(read, ["yes", "no", "yes"])["common"] == (("true", 2), ("false", 1))


def test_dates(read: Any) -> None:
    found = _statistics(read, ["2020-01-02", "2020-03-01 10:00", ""])
    assert (found["low"], found["high"], found["missing"]) == ("2020-01-02", "2020-03-01 10:00:00", 1)


def test_nothing(read: Any) -> None:
    assert _statistics(read, ["", ""]) == {
        "name": "v",
        "type": "empty",
        "rows": 2,
        "missing": 2,
        "distinct": 0,
    }
