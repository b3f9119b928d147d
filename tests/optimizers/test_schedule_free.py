"""Schedule-free AdamW by hand."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import ScheduleFreeAdamW
from tests.optimizers.by_hand import weights


def test_steps_by_hand() -> None:
    # Without beta_2 each step is the learning rate: z = 0.9, 0.8. The average x is z at first, then 0.85;
    # the weight lies half way between the two.
    optimizer = ScheduleFreeAdamW(0.1, beta_1=0.5, beta_2=0.0, epsilon=0.0)
    assert weights(optimizer, 1.0, [2.0, 5.0]) == pytest.approx([0.9, 0.825], abs=1e-6)


def test_warm_up_by_hand() -> None:
    optimizer = ScheduleFreeAdamW(0.1, beta_1=1.0, beta_2=0.0, epsilon=0.0, warmup_steps=4)
    assert weights(optimizer, 1.0, [2.0]) == pytest.approx([1.0 - 0.025], abs=1e-6)


def test_wrong_arguments() -> None:
    with pytest.raises(ConfigurationError, match="`beta_1`"):
        ScheduleFreeAdamW(beta_1=0.0)
    with pytest.raises(ConfigurationError, match="`warmup_steps`"):
        ScheduleFreeAdamW(warmup_steps=-1)
