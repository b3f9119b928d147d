"""What the cosine schedules refuse."""

from __future__ import annotations

from typing import Any

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import schedules


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("CosineDecay", {"decay_steps": 0}, "`decay_steps`"),
        ("CosineDecay", {"decay_steps": 5, "warmup_target": -1.0}, "`warmup_target`"),
        ("CosineDecay", {"decay_steps": 5, "warmup_steps": 3}, "`warmup_steps` needs `warmup_target`"),
        ("CosineDecayRestarts", {"first_decay_steps": 0}, "`first_decay_steps`"),
        (
            "CosineDecayRestarts",
            {"first_decay_steps": 5, "t_mul": 0.5},
            "`t_mul` must be a number of at least 1",
        ),
    ],
)
def test_wrong_arguments(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        getattr(schedules, name)(initial_learning_rate=0.1, **arguments)
