from __future__ import annotations

from itertools import pairwise

import pytest

from ranvier.estimators.tables.sizes import batch_rows, epoch_count, member_count


@pytest.mark.parametrize(
    ("rows", "batch"),
    [(10, 10), (1_024, 64), (1_025, 128), (8_193, 256), (30_001, 512), (100_001, 1_024), (10**7, 1_024)],
)
def test_batches(rows: int, batch: int) -> None:
    assert batch_rows(rows) == batch


def test_effort_grows_slower_than_the_table() -> None:
    sizes = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000]
    members = [member_count(size) for size in sizes]
    visits = [size * count * epoch_count(size, count) for size, count in zip(sizes, members, strict=True)]
    assert members == [8, 8, 8, 8, 2, 1, 1]
    assert all(1 < after / before <= 10 for before, after in pairwise(visits))
    assert epoch_count(10, 8) == 128
    assert epoch_count(8_192, 4) == 96
    assert epoch_count(4 * 8_192, 2) == 96
    assert epoch_count(10**9, 1) == 16
