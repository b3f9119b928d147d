"""Ftrl by hand, and what it refuses."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Ftrl
from tests.optimizers.by_hand import weights


def test_first_step_by_hand() -> None:
    # n: 1 to 1 + 3 = 4; z = sqrt(3) - (2 - 1) / 0.5 * 1; w = (clip(z, -0.1, 0.1) - z) / (2 / 0.5 + 2 * 0.25).
    optimizer = Ftrl(
        0.5, initial_accumulator_value=1.0, l1_regularization_strength=0.1, l2_regularization_strength=0.25
    )
    z = 3.0**0.5 - 2.0
    assert weights(optimizer, 1.0, [3.0**0.5]) == pytest.approx([(-0.1 - z) / 4.5], abs=1e-6)


def test_weak_evidence_gives_exactly_zero() -> None:
    assert weights(Ftrl(0.5, l1_regularization_strength=10.0), 0.0, [0.3, -0.2]) == [0.0, 0.0]


@pytest.mark.parametrize(
    "argument",
    [
        {"learning_rate_power": 0.5},
        {"initial_accumulator_value": -1.0},
        {"l1_regularization_strength": -1.0},
        {"l2_regularization_strength": -1.0},
        {"l2_shrinkage_regularization_strength": -1.0},
        {"beta": -1.0},
    ],
)
def test_wrong_arguments(argument: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(argument))):
        Ftrl(**argument)  # type: ignore[arg-type]


def test_a_learning_rate_of_zero_is_refused_when_it_is_used() -> None:
    optimizer = Ftrl()
    optimizer.learning_rate = 0.0
    with pytest.raises(ConfigurationError, match="divides by the learning rate"):
        optimizer.scalars(0, 1)
