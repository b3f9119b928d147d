"""Where the state rests between trainings."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.optimizers.boxes import SlotBoxes
from ranvier.variable import Variable


def boxes() -> SlotBoxes:
    variables = [Variable(np.ones(2), path="dense/kernel"), Variable(np.ones(3), path="dense/bias")]
    state = {
        "momentum": [np.zeros(2), np.zeros(3)],
        "velocity": [np.zeros(2), np.zeros(3)],
        "average": [np.ones(2), np.ones(3)],
        "leaves": [np.zeros(())],
    }
    return SlotBoxes("adam", variables, state)  # type: ignore[arg-type]


def test_boxes_are_named_after_variable_and_slot() -> None:
    names = [box.path for box in boxes().slots["momentum"]]
    assert names == ["adam/dense_kernel_momentum", "adam/dense_bias_momentum"]
    assert boxes().slots["leaves"][0].name == "leaves_0"


def test_order_is_by_parameter_after_the_slots_named_first() -> None:
    shapes = [(box.name.split("_")[-1], box.shape) for box in boxes().ordered(["average"])]
    assert shapes[:4] == [("average", (2,)), ("average", (3,)), ("momentum", (2,)), ("velocity", (2,))]


def test_what_is_written_is_read() -> None:
    kept = boxes()
    state = {slot: [np.full(array.shape, 2.0) for array in arrays] for slot, arrays in kept.read().items()}
    kept.write(state)  # type: ignore[arg-type]
    np.testing.assert_array_equal(kept.read()["velocity"][1], [2.0, 2.0, 2.0])


def test_states_that_do_not_fit() -> None:
    kept = boxes()
    with pytest.raises(ConfigurationError, match=r"has the slots .* received: \['momentum'\]"):
        kept.write({"momentum": [np.zeros(2), np.zeros(3)]})
    with pytest.raises(
        ShapeError, match="The slot 'momentum' of the optimizer 'adam' holds 2 arrays; received: 1"
    ):
        kept.write({**kept.read(), "momentum": [np.zeros(2)]})
    with pytest.raises(ShapeError, match=r"shape \(2,\)"):
        kept.write({**kept.read(), "momentum": [np.zeros(3), np.zeros(3)]})
