from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ranvier.estimators import rows
from ranvier.estimators.rows import Rows, batch_length


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_equal_rows_are_merged(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    features = np.array([[2.0, 1.0], [1.0, 0.0], [2.0, 1.0], [2.0, 1.0], [9.0, 9.0]], np.float32)
    given = Rows(make(features), np.array([1, 0, 1, 0, 1], np.int32), np.array([1, 2, 3, 4, 0], np.float32))  # type: ignore[operator]
    merged = given.merged()
    np.testing.assert_array_equal(merged.features, [[1, 0], [2, 1], [2, 1]])
    np.testing.assert_array_equal(merged.targets, [0, 0, 1])
    np.testing.assert_array_equal(merged.weights, [2, 4, 4])
    assert merged.targets.dtype == np.int32
    monkeypatch.setattr(rows, "MOST_MERGED", 3)
    assert given.merged() is given


@pytest.mark.parametrize(
    ("count", "length"),
    [(1, 16), (16, 16), (17, 24), (24, 24), (25, 32), (100, 128), (129, 192), (200, 256), (257, 288)],
)
def test_lengths(count: int, length: int) -> None:
    assert batch_length(count) == length
