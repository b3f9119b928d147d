from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.metrics.thresholds import checked_index, evenly_spread, parsed_thresholds, spread_thresholds


def test_parsed() -> None:
    assert parsed_thresholds(None, 0.5) == (0.5,)
    assert parsed_thresholds(0, 0.5) == (0.0,)
    assert parsed_thresholds(np.array([0.25, 1], np.float32), 0.5) == (0.25, 1.0)


def test_spread() -> None:
    assert spread_thresholds(5, 2) == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert spread_thresholds(1, 1) == (0.5,)
    for count in (1, 2.0, True, "many"):
        with pytest.raises(ConfigurationError, match="`num_thresholds` must be an integer from 2"):
            spread_thresholds(count, 2)


@pytest.mark.parametrize(
    ("thresholds", "even"),
    [
        ([0, 0.5, 1], True),
        ([0.0, 1.0], False),
        ([0, 0.4, 1], False),
        ([1, 0.5, 0], False),
        ([0, 0.3, 0.6], False),
    ],
)
def test_even(thresholds, even: bool) -> None:
    assert evenly_spread(thresholds) is even


def test_index() -> None:
    assert checked_index(None, "k", 1) is None
    assert checked_index(np.int64(3), "k", 1) == 3
    with pytest.raises(ConfigurationError, match="`k` must be None or an integer of at least 1"):
        checked_index(0, "k", 1)
