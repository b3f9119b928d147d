"""RMSprop by hand."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import RMSprop
from tests.optimizers.by_hand import weights


def test_first_steps_by_hand() -> None:
    # v = 0.25 * 4 = 1 and the step 0.1 * 2 / 1; v = 0.75 * 1 + 0.25 * 1 = 1 and the step 0.1 * 1 / 1.
    assert weights(RMSprop(0.1, rho=0.75), 1.0, [2.0, 1.0]) == pytest.approx([0.8, 0.7], abs=1e-6)


def test_momentum_by_hand() -> None:
    optimizer = RMSprop(0.1, rho=0.75, momentum=0.5)
    assert weights(optimizer, 1.0, [2.0, 1.0]) == pytest.approx([0.8, 0.8 - 0.5 * 0.2 - 0.1], abs=1e-6)


def test_centred_by_hand() -> None:
    # v = 0.25 * 4 = 1, the mean 0.25 * 2 = 0.5, so the step is 0.1 * 2 / sqrt(1 - 0.25).
    optimizer = RMSprop(0.1, rho=0.75, centered=True)
    assert weights(optimizer, 1.0, [2.0]) == pytest.approx([1.0 - 0.2 / 0.75**0.5], abs=1e-6)


def test_rho_lies_between_0_and_1() -> None:
    with pytest.raises(ConfigurationError, match=r"`rho` .* received: 1.5"):
        RMSprop(rho=1.5)
