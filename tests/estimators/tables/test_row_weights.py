from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.errors import DataError
from ranvier.estimators.tables.row_weights import MOST_REPEATED, checked_weights, repeated


def test_whole_weights_are_repeated_rows() -> None:
    rows, weights = repeated(np.array([2.0, 0.0, 1.0]))
    assert rows.tolist() == [0, 0, 2]
    assert weights.tolist() == [1.0, 1.0, 1.0]


def test_other_weights_stay_and_zeros_go() -> None:
    rows, weights = repeated(np.array([0.5, 0.0, 1.0]))
    assert (rows.tolist(), weights.tolist()) == ([0, 2], [0.5, 1.0])
    rows, weights = repeated(np.array([float(MOST_REPEATED), 1.0]))
    assert rows.tolist() == [0, 1]


@pytest.mark.parametrize(("given", "expected"), [(None, [1, 1]), (2, [2, 2]), ([1, 3], [1, 3])])
def test_what_is_taken(given: Any, expected: list[float]) -> None:
    assert checked_weights(given, 2).tolist() == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [([1.0], "shape"), ([-1.0, 1.0], "at least 0"), ([0.0, 0.0], "zero"), ([np.nan, 1.0], "NaN")],
)
def test_what_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        checked_weights(given, 2)
    assert isinstance(caught.value, DataError | ValueError)
