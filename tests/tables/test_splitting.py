from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import DataError
from ranvier.tables.splitting import split_by_chance, split_by_time


@pytest.mark.parametrize("fraction", [0.05, 0.2, 0.5, 0.99])
def test_every_row_is_on_one_side(fraction: float) -> None:
    split = split_by_chance(50, fraction, 0)
    assert sorted([*split.training, *split.test]) == list(range(50))
    assert len(split.test) == min(round(50 * fraction), 49)


def test_the_seed_decides() -> None:
    first, second, other = (split_by_chance(100, 0.2, seed).test.tolist() for seed in (1, 1, 2))
    assert first == second != other


def test_classes_keep_their_shares() -> None:
    classes = np.repeat(["a", "b", "c"], [100, 37, 13])
    split = split_by_chance(150, 0.2, 0, classes)
    counts = dict(zip(*np.unique(classes[split.test], return_counts=True), strict=True))
    # 20, 7.4 and 2.6 of 30
    assert counts == {"a": 20, "b": 7, "c": 3}


def test_a_class_of_one_row_is_trained_on() -> None:
    classes = np.array(["a"] * 6 + ["b"] * 6 + ["c"])
    for seed in range(20):
        assert 12 in split_by_chance(13, 0.3, seed, classes).training


def test_the_latest_rows_are_tested_on() -> None:
    times = np.array([5, 1, 2, 2, 9, 7, 8, 3, 4, 6])
    split = split_by_time(times, 0.3, "when")
    assert times[split.training].tolist() == [1, 2, 2, 3, 4, 5, 6]
    assert times[split.test].tolist() == [7, 8, 9]


def test_no_moment_is_on_both_sides() -> None:
    times = np.repeat([1, 2, 3], [3, 4, 5])
    split = split_by_time(times, 0.2, "when")
    assert set(times[split.training]).isdisjoint(times[split.test])
    assert (len(split.training), len(split.test)) == (7, 5)


def test_too_few_rows() -> None:
    with pytest.raises(DataError, match="at least 10 rows with a target; received 2"):
        split_by_chance(2, 0.2, 0)
    with pytest.raises(DataError, match="at least 10 rows"):
        split_by_time(np.arange(9), 0.2, "when")


def test_one_moment_gives_no_order() -> None:
    with pytest.raises(DataError, match="All rows have the same 'when'"):
        split_by_time(np.ones(20), 0.2, "when")
