"""Lamb by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.optimizers import Lamb
from tests.optimizers.by_hand import weights


def test_first_step_is_the_learning_rate_times_the_norm() -> None:
    assert weights(Lamb(0.1, epsilon=0.0), 3.0, [0.02]) == pytest.approx([2.7], abs=1e-5)


def test_a_weight_of_zero_still_moves() -> None:
    assert weights(Lamb(0.1, epsilon=0.0), 0.0, [0.02]) == pytest.approx([-0.1], abs=1e-5)


def test_late_corrections_are_one() -> None:
    table = Lamb().scalars(10**7, 1)
    np.testing.assert_allclose([table["momentum_correction"], table["root_correction"]], 1.0)
