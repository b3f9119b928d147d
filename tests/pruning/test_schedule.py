"""Sparsity that grows while a model trains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import pruning
from ranvier.errors import ConfigurationError
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.training.programs import compilations

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 5)).astype("float32")
Y = X @ RANDOM.normal(size=(5, 2)).astype("float32")


def network(**arguments: Any) -> Sequential:
    model = Sequential([Input((5,)), Dense(8, activation="tanh"), Dense(2)])
    model.compile("adam", "mse", **arguments)
    return model


def test_polynomial_by_hand() -> None:
    schedule = pruning.PruningSchedule(0.8, initial_sparsity=0.4, begin=2, end=6, power=2)
    shown = [schedule.sparsity_at(time) for time in range(8)]
    np.testing.assert_allclose(shown, [0, 0, 0.4, 0.575, 0.7, 0.775, 0.8, 0.8])


def test_epochs_reach_the_last_value() -> None:
    model = network()
    history = model.fit(X, Y, epochs=5, verbose=0, callbacks=[pruning.PruningSchedule(0.75, power=1)])
    np.testing.assert_allclose(history.history["sparsity"], [0, 0.1875, 0.375, 0.5625, 0.75])
    assert float(pruning.sparsity(model)) == 0.75


def test_masks_stay_after_the_schedule() -> None:
    model = network()
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[pruning.PruningSchedule(0.5, scope="global")])
    model.fit(X, Y, epochs=2, verbose=0)
    assert float(pruning.sparsity(model)) == 0.5


def test_a_schedule_compiles_no_program_of_its_own() -> None:
    network().fit(X, Y, epochs=2, verbose=0, callbacks=[pruning.PruningSchedule(0.5)])
    compiled = compilations()
    network().fit(X, Y, epochs=4, verbose=0, callbacks=[pruning.PruningSchedule(0.9, frequency=2)])
    assert compilations() == compiled


def test_steps() -> None:
    model = network()
    schedule = pruning.PruningSchedule(0.5, 0.25, begin=1, end=5, power=1, frequency=2, unit="step")
    history = model.fit(X, Y, epochs=2, batch_size=10, verbose=0, callbacks=[schedule])
    np.testing.assert_allclose(history.history["sparsity"], [0.375, 0.5])
    assert float(pruning.sparsity(model)) == 0.5


def test_first_fit_of_a_model_without_a_shape() -> None:
    model = Sequential([Dense(4), Dense(2)])
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[pruning.PruningSchedule(0.5)])
    assert float(pruning.sparsity(model)) == 0.5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"final_sparsity": 1.5}, "`final_sparsity` is the fraction"),
        ({"begin": 5, "end": 3}, "begin=5, end=3"),
        ({"unit": "steps"}, "Did you mean 'step'"),
        ({"unit": "step"}, "received: end=None"),
        ({"scope": "all"}, "Unknown scope of pruning"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        pruning.PruningSchedule(**arguments)
