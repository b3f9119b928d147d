"""What the decaying schedules refuse."""

from __future__ import annotations

from typing import Any

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import schedules


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("ExponentialDecay", (0.1, 0, 0.5), "`decay_steps` must be a number greater than 0; received: 0"),
        ("ExponentialDecay", (-0.1, 5, 0.5), "`initial_learning_rate`"),
        ("ExponentialDecay", (0.1, 5, "fast"), "`decay_rate`"),
        ("InverseTimeDecay", (0.1, -1, 0.5), "`decay_steps`"),
        ("PolynomialDecay", (0.1, 0), "`decay_steps`"),
        ("PolynomialDecay", (0.1, 5, -1.0), "`end_learning_rate`"),
        ("PiecewiseConstantDecay", ([1, 2], [0.1, 0.2]), "2 values and 2 boundaries"),
        ("PiecewiseConstantDecay", ([2, 2], [0.1, 0.2, 0.3]), "must increase"),
        ("PiecewiseConstantDecay", ([2], [0.1, None]), "`values`"),
    ],
)
def test_wrong_arguments(name: str, arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        getattr(schedules, name)(*arguments)
