from __future__ import annotations

import numpy as np
import pytest

from ranvier.estimators.tables.splits import default_fraction, validation_rows


def split(rows: int, labels: np.ndarray | None, members: int, fraction: float) -> list[np.ndarray]:
    return validation_rows(rows, labels, members, fraction, np.random.default_rng(0))


def test_members_set_aside_different_rows_while_there_are_others() -> None:
    parts = split(100, None, 5, 0.2)
    assert [len(part) for part in parts] == [20] * 5
    assert len(np.unique(np.concatenate(parts))) == 100
    more = split(100, None, 7, 0.2)
    assert [len(part) for part in more] == [20] * 7
    assert all((np.diff(part) > 0).all() for part in more)


def test_labels_are_spread_evenly_and_a_single_row_is_kept() -> None:
    labels = np.array([0] * 60 + [1] * 30 + [2] * 10 + [3])
    for part in split(101, labels, 5, 0.2):
        counts = np.bincount(labels[part], minlength=4)
        assert abs(counts[0] - 12) <= 1
        assert abs(counts[1] - 6) <= 1
        assert abs(counts[2] - 2) <= 1
        assert counts[3] == 0


@pytest.mark.parametrize(("rows", "fraction"), [(9, 0.2), (100, 0.0), (12, 0.01)])
def test_of_few_rows_none_are_set_aside(rows: int, fraction: float) -> None:
    assert [len(part) for part in split(rows, None, 3, fraction)] == [0, 0, 0]


def test_labels_that_all_stand_once_leave_nothing_to_set_aside() -> None:
    assert [len(part) for part in split(12, np.arange(12), 2, 0.2)] == [0, 0]


def test_of_many_rows_a_limited_number_is_set_aside() -> None:
    (part,) = split(200_000, None, 1, 0.2)
    assert len(part) == 20_000


def test_the_share_follows_from_the_members() -> None:
    assert [default_fraction(members) for members in (1, 5, 8)] == [0.2, 0.2, 0.125]
