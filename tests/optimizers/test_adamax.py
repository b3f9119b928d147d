"""Adamax by hand."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Adamax
from tests.optimizers.by_hand import weights


def test_steps_by_hand() -> None:
    # m = 1, u = 2, rate 0.1 / 0.5; m = 0.5, u = max(0.5 * 2, 0) = 1, rate 0.1 / 0.75.
    optimizer = Adamax(0.1, beta_1=0.5, beta_2=0.5, epsilon=0.0)
    assert weights(optimizer, 1.0, [2.0, 0.0]) == pytest.approx([0.9, 0.9 - 0.1 / 0.75 * 0.5], abs=1e-6)


def test_betas_lie_below_1() -> None:
    with pytest.raises(ConfigurationError, match="`beta_2`"):
        Adamax(beta_2=1.0)
