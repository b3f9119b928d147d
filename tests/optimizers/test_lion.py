"""Lion by hand."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Lion
from tests.optimizers.by_hand import weights


def test_steps_by_hand() -> None:
    # m = 0.5 * 4 = 2; the direction of the second step is 0.5 * 2 - 0.5 * 1 > 0, m = 0.5 * 2 - 0.5 * 1 = 0.5;
    # of the third 0.5 * 0.5 - 0.5 * 3 < 0.
    optimizer = Lion(0.1, beta_1=0.5, beta_2=0.5)
    assert weights(optimizer, 1.0, [4.0, -1.0, -3.0]) == pytest.approx([0.9, 0.8, 0.9])


@pytest.mark.parametrize("beta_1", [0.0, 1.1])
def test_direction_needs_some_momentum(beta_1: float) -> None:
    with pytest.raises(ConfigurationError, match="`beta_1` must be a number greater than 0 and at most 1"):
        Lion(beta_1=beta_1)
