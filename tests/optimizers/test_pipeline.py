"""The update around every rule: numbers by hand, and shapes that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.optimizers import SGD, Adam
from tests.optimizers.by_hand import weights


def test_accumulation_by_hand() -> None:
    # Nothing moves until the second gradient; then the mean of both.
    optimizer = SGD(0.1, gradient_accumulation_steps=2)
    assert weights(optimizer, 1.0, [1.0, 3.0, 2.0, 0.0]) == pytest.approx([1.0, 0.8, 0.8, 0.7])


def test_moving_average_replaces_weights_by_hand() -> None:
    # Weights 0.9, 0.8, averages 0.9, 0.5 * 0.9 + 0.5 * 0.8 = 0.85, which replaces the weight.
    optimizer = SGD(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)
    assert weights(optimizer, 1.0, [1.0, 1.0, 1.0]) == pytest.approx([0.9, 0.85, 0.75])


def test_clipping_by_hand() -> None:
    assert weights(SGD(0.1, clipvalue=0.5), 1.0, [2.0, -0.2]) == pytest.approx([0.95, 0.97])
    assert weights(SGD(0.1, clipnorm=0.5), 1.0, [2.0, -0.2]) == pytest.approx([0.95, 0.97])
    assert weights(SGD(0.1, global_clipnorm=0.5), 1.0, [2.0, -0.2]) == pytest.approx([0.95, 0.97])


def test_loss_scale_by_hand() -> None:
    optimizer = SGD(0.1, loss_scale_factor=4.0)
    scalars = {name: column[0] for name, column in optimizer.scalars(0, 1).items()}
    assert optimizer.scale_loss(np.float32(2.0)) == 8.0
    assert float(optimizer.scale_loss(np.float32(2.0), scalars)) == 8.0
    assert SGD().scale_loss(2.0) == 2.0
    assert weights(optimizer, 1.0, [8.0]) == pytest.approx([0.8])


def test_options_can_change_as_data_without_another_structure() -> None:
    optimizer = Adam(clipnorm=1.0, weight_decay=0.1, loss_scale_factor=2.0, gradient_accumulation_steps=2)
    structure = optimizer.structure()
    optimizer.clipnorm, optimizer.weight_decay = 2.0, 0.0
    optimizer.loss_scale_factor, optimizer.gradient_accumulation_steps = 4.0, 5
    optimizer.beta_1 = 0.5
    assert optimizer.structure() == structure
    assert optimizer.scalars(0, 1)["clip"] == 2.0


@pytest.mark.parametrize(
    "one",
    [{"clipnorm": 1.0}, {"clipvalue": 1.0}, {"weight_decay": 0.0}, {"use_ema": True}, {"amsgrad": True}],
)
def test_options_that_change_the_program_change_the_structure(one: dict[str, Any]) -> None:
    assert Adam(**one).structure() != Adam().structure()
    assert Adam(**one).structure() == Adam(**one, name="other").structure()


def run(optimizer: Adam, **wrong: Any) -> None:
    params = [np.ones((2, 3), np.float32), np.ones(3, np.float32)]
    state = optimizer.init(params)
    state |= wrong.pop("state", {})
    scalars = {name: column[0] for name, column in optimizer.scalars(0, 1).items()}
    optimizer.update(wrong.pop("gradients", params), state, params, scalars, **wrong)


def test_shapes_that_do_not_fit() -> None:
    row = np.ones(3, np.float32)
    with pytest.raises(ShapeError, match="2 parameters and 1 entries in gradients"):
        run(Adam(), gradients=[row])
    with pytest.raises(ShapeError, match="2 parameters and 1 entries in decays"):
        run(Adam(), decays=[True])
    with pytest.raises(ShapeError, match="2 parameters and 1 entries in the slot 'velocity'"):
        run(Adam(), state={"velocity": [row]})
    with pytest.raises(ShapeError, match=r"position 0 must have its shape \(2, 3\); received: \(3,\)"):
        run(Adam(), gradients=[row, row])
    with pytest.raises(ShapeError, match=r"The slot 'momentum' of the parameter at position 0"):
        run(Adam(), state={"momentum": [row, row]})
