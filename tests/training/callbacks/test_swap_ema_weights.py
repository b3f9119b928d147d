from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.callbacks import SwapEMAWeights
from ranvier.errors import ConfigurationError
from ranvier.variable import Variable
from tests.training.callbacks.stand_ins import Model


class AveragingOptimizer:
    """The part of an optimizer with ``use_ema=True`` that the callback touches."""

    def __init__(self, variables: list[Variable], use_ema: bool = True) -> None:
        self.model_variables = variables
        self.use_ema = use_ema
        self.step_count = 7
        self.state: dict[str, Any] = {"average": [np.full(2, 10.0)], "momentum": [np.full(2, 5.0)]}

    def read_state(self) -> dict[str, Any]:
        return {slot: list(values) for slot, values in self.state.items()}

    def write_state(self, state: dict[str, Any], iterations: int) -> None:
        assert iterations == 7
        self.state = state


def prepared(swap_on_epoch: bool, epochs: int = 2) -> tuple[SwapEMAWeights, Variable, AveragingOptimizer]:
    weight = Variable(np.full(2, 1.0))
    model = Model()
    model.optimizer = AveragingOptimizer([weight])  # type: ignore[assignment]
    callback = SwapEMAWeights(swap_on_epoch)
    callback.set_model(model)
    callback.set_params({"epochs": epochs})
    return callback, weight, model.optimizer  # type: ignore[return-value]


def look(weight: Variable, optimizer: AveragingOptimizer) -> tuple[float, float]:
    np.testing.assert_array_equal(optimizer.state["momentum"][0], [5.0, 5.0])
    return float(weight.value[0]), float(optimizer.state["average"][0][0])


@pytest.mark.parametrize("phase", ["test", "predict"])
def test_an_evaluation_sees_the_averages(phase: str) -> None:
    callback, weight, optimizer = prepared(False)
    for _ in range(2):
        callback.on_epoch_begin(0)
        assert look(weight, optimizer) == (1.0, 10.0)
        getattr(callback, f"on_{phase}_begin")()
        assert look(weight, optimizer) == (10.0, 1.0)
        getattr(callback, f"on_{phase}_end")()
        assert look(weight, optimizer) == (1.0, 10.0)
        callback.on_epoch_end(0)
        assert look(weight, optimizer) == (1.0, 10.0)


def test_callbacks_between_epochs_see_the_averages() -> None:
    callback, weight, optimizer = prepared(True)
    callback.on_epoch_begin(0)
    callback.on_test_begin()
    callback.on_test_end()
    callback.on_epoch_end(0)
    assert look(weight, optimizer) == (10.0, 1.0)
    callback.on_epoch_begin(1)
    assert look(weight, optimizer) == (1.0, 10.0)
    callback.on_epoch_end(1)
    # What training ends with becomes the weights: both are the average.
    assert look(weight, optimizer) == (10.0, 10.0)


def test_a_training_stopped_early_ends_with_the_averages_too() -> None:
    callback, weight, optimizer = prepared(True, epochs=9)
    callback.model.stop_training = True
    callback.on_epoch_end(0)
    assert look(weight, optimizer) == (10.0, 10.0)


def test_an_interruption_returns_the_weights() -> None:
    callback, weight, optimizer = prepared(False)
    callback.on_test_begin()
    callback.on_interrupt()
    assert look(weight, optimizer) == (1.0, 10.0)


def test_the_optimizer_must_average() -> None:
    callback, _, optimizer = prepared(False)
    optimizer.use_ema = False
    with pytest.raises(ConfigurationError, match="received: AveragingOptimizer with use_ema=False"):
        callback.on_test_begin()
