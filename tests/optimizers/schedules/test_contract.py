"""Every schedule against the real Keras over a table of configurations and steps."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from ranvier.optimizers import schedules

TABLE: list[tuple[str, dict[str, Any]]] = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6, "staircase": True},
    ),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5}),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5, "staircase": True},
    ),
    ("PiecewiseConstantDecay", {"boundaries": [3, 8], "values": [0.1, 0.05, 0.01]}),
    ("PiecewiseConstantDecay", {"boundaries": [5], "values": [1.0, 0.1]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 9}),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 9, "power": 0.5, "end_learning_rate": 0.01},
    ),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "power": 2.0, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 12}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 12, "alpha": 0.3}),
    (
        "CosineDecay",
        {
            "initial_learning_rate": 0.0,
            "decay_steps": 12,
            "warmup_target": 0.2,
            "warmup_steps": 5,
            "alpha": 0.1,
        },
    ),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.3, "decay_steps": 12, "warmup_target": 0.2, "warmup_steps": 0},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4}),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.1},
    ),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.9},
    ),
]


def label(row: tuple[str, dict[str, Any]]) -> str:
    return row[0] + "".join(f"-{name}={value}" for name, value in row[1].items())


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_rates_equal_keras(row: tuple[str, dict[str, Any]]) -> None:
    name, arguments = row
    mine, theirs = (getattr(place, name)(**arguments) for place in (schedules, keras.optimizers.schedules))
    steps = [*range(0, 16, 3), 4, 5, 8, 13, 40, 100]
    wanted = [float(theirs(step)) for step in steps]
    np.testing.assert_allclose(mine(np.array(steps)), wanted, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose([mine(step) for step in steps], wanted, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_configuration_comes_round_and_equals_keras(row: tuple[str, dict[str, Any]]) -> None:
    name, arguments = row
    mine, theirs = (getattr(place, name)(**arguments) for place in (schedules, keras.optimizers.schedules))
    assert mine.get_config() == theirs.get_config()
    again = schedules.deserialize(schedules.serialize(mine))
    assert type(again) is type(mine)
    assert again.get_config() == mine.get_config()
    read = schedules.deserialize(keras.optimizers.schedules.serialize(theirs))
    assert read.get_config() == mine.get_config()


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_a_table_is_one_array_of_the_single_rates(row: tuple[str, dict[str, Any]]) -> None:
    schedule = getattr(schedules, row[0])(**row[1])
    steps = np.arange(5, 25)
    table = schedule.table(steps)
    assert table.dtype == np.float64
    np.testing.assert_allclose(table, [schedule(int(step)) for step in steps], rtol=1e-13)
