"""Adadelta by hand."""

from __future__ import annotations

import pytest

from ranvier.optimizers import Adadelta
from tests.optimizers.by_hand import weights


def test_steps_by_hand() -> None:
    # a = 0.5 * 2 = 1, d = 0: s = sqrt(2) * sqrt(3) / sqrt(1 + 3); then d = 0.5 * s ** 2 = 0.75,
    # a = 0.5 * 1 + 0.5 * 1 = 1: s = 1 * sqrt(3.75) / sqrt(4).
    optimizer = Adadelta(0.5, rho=0.5, epsilon=3.0)
    first = 1.0 - 0.5 * (6.0**0.5) / 2.0
    assert weights(optimizer, 1.0, [2.0**0.5, 1.0]) == pytest.approx(
        [first, first - 0.5 * 3.75**0.5 / 2.0], abs=1e-6
    )
