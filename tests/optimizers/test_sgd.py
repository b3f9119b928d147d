"""SGD by hand, and momentum that is switched on and off."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import SGD
from ranvier.variable import Variable
from tests.optimizers.by_hand import weights


def test_plain_by_hand() -> None:
    assert weights(SGD(0.1), 1.0, [2.0, -1.0]) == pytest.approx([0.8, 0.9])


def test_momentum_by_hand() -> None:
    # m = -0.2, then 0.5 * -0.2 - 0.1 = -0.2.
    assert weights(SGD(0.1, momentum=0.5), 1.0, [2.0, 1.0]) == pytest.approx([0.8, 0.6])


def test_nesterov_by_hand() -> None:
    # m = -0.2, step 0.5 * -0.2 - 0.2 = -0.3; m = -0.2, step 0.5 * -0.2 - 0.1 = -0.2.
    assert weights(SGD(0.1, momentum=0.5, nesterov=True), 1.0, [2.0, 1.0]) == pytest.approx([0.7, 0.5])


def test_weight_decay_by_hand() -> None:
    assert weights(SGD(0.1, weight_decay=0.5), 1.0, [2.0]) == pytest.approx([1.0 - 0.05 - 0.2])


@pytest.mark.parametrize("momentum", [-0.1, 1.1, "much", None, True])
def test_momentum_lies_between_0_and_1(momentum: object) -> None:
    with pytest.raises(ConfigurationError, match="`momentum` must be a number of at least 0 and at most 1"):
        SGD(momentum=momentum)  # type: ignore[arg-type]


def test_momentum_switched_off_after_building_keeps_the_program() -> None:
    optimizer = SGD(0.1, momentum=0.5)
    optimizer.build([Variable(np.ones(2, np.float32))])
    structure = optimizer.structure()
    optimizer.momentum = 0.0
    assert optimizer.structure() == structure
    assert list(optimizer.read_state()) == ["momentum"]
    assert optimizer.scalars(0, 1)["momentum"] == 0.0


def test_momentum_switched_on_after_building_is_refused() -> None:
    optimizer = SGD(0.1)
    optimizer.build([Variable(np.ones(2, np.float32))])
    optimizer.momentum = 0.5
    with pytest.raises(ConfigurationError, match="without the slot 'momentum'"):
        optimizer.read_state()
