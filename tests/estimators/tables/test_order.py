from __future__ import annotations

import numpy as np
import pytest

from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.order import canonical_order
from tests.estimators.tables.test_first_weights import rows


def test_the_order_does_not_depend_on_how_rows_came(monkeypatch: pytest.MonkeyPatch) -> None:
    data, targets, weights = rows(30), np.arange(30) % 3, np.ones(30)
    shuffled = np.random.default_rng(1).permutation(30)

    def ordered(chosen: np.ndarray) -> Encoded:
        found = canonical_order(data.take(chosen), targets[chosen], weights[chosen])
        assert found is not None
        return data.take(chosen[found])

    one, other = ordered(np.arange(30)), ordered(shuffled)
    np.testing.assert_array_equal(one.numbers, other.numbers)
    np.testing.assert_array_equal(one.embedded, other.embedded)
    monkeypatch.setattr("ranvier.estimators.tables.order.MOST_ORDERED", 10)
    assert canonical_order(data, targets, weights) is None
