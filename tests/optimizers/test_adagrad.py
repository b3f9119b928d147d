"""Adagrad by hand."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Adagrad
from tests.optimizers.by_hand import weights


def test_steps_by_hand() -> None:
    # The sum is 5 + 4 = 9, then 9 + 16 = 25.
    optimizer = Adagrad(0.3, initial_accumulator_value=5.0, epsilon=0.0)
    assert weights(optimizer, 1.0, [2.0, 4.0]) == pytest.approx([0.8, 0.8 - 0.24], abs=1e-6)


def test_negative_start_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="`initial_accumulator_value`"):
        Adagrad(initial_accumulator_value=-0.1)
