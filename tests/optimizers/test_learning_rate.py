"""The learning rate as users read and write it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.optimizers import SGD, Adam, schedules
from ranvier.optimizers.learning_rate import RateVariable
from ranvier.variable import Variable


def test_a_constant_reads_as_the_number_that_was_written() -> None:
    rate = SGD(0.001).learning_rate
    assert float(rate) == 0.001
    assert rate == 0.001
    assert rate == np.float32(0.001)
    assert rate != 0.002
    assert rate != "0.001"
    assert f"{rate:.4f}" == "0.0010"
    assert rate * 2 == 0.002
    assert rate.numpy() == 0.001
    assert {rate: 1}[rate] == 1


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5), np.array(0.5), Variable(np.array(0.5)), 0.0])
def test_any_number_can_be_set(value: Any) -> None:
    optimizer = Adam()
    optimizer.learning_rate = value
    assert float(optimizer.learning_rate) == float(value)
    optimizer.learning_rate = optimizer.learning_rate * 0.5
    assert float(optimizer.learning_rate) == float(value) / 2


def test_assigning_to_the_variable_counts() -> None:
    optimizer = SGD(0.1)
    optimizer.learning_rate.assign(0.25)
    np.testing.assert_array_equal(optimizer.scalars(0, 2)["learning_rate"], [0.25, 0.25])


@pytest.mark.parametrize("wrong", ["fast", -0.1, None, np.ones(2), float("nan"), True, schedules.CosineDecay])
def test_nonsense_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="`learning_rate` must be a number of at least 0"):
        SGD(wrong)
    optimizer = SGD(0.1)
    with pytest.raises(ConfigurationError, match="received: "):
        optimizer.learning_rate = wrong
    assert optimizer.learning_rate == 0.1


def test_a_schedule_reads_as_the_rate_of_the_coming_step() -> None:
    optimizer = SGD(schedules.ExponentialDecay(0.8, 2, 0.5))
    assert optimizer.learning_rate == 0.8
    optimizer.write_state({}, 4)
    assert optimizer.learning_rate == pytest.approx(0.2)
    np.testing.assert_allclose(optimizer.scalars(2, 3)["learning_rate"], [0.4, 0.8 * 0.5**1.5, 0.2])


def test_schedule_number_and_function_replace_each_other_at_any_time() -> None:
    optimizer = SGD(schedules.ExponentialDecay(0.8, 2, 0.5))
    structure = optimizer.structure()
    assert len(optimizer.variables) == 1
    optimizer.learning_rate = 0.3
    assert optimizer.learning_rate == 0.3
    assert len(optimizer.variables) == 2
    optimizer.learning_rate = lambda: 0.7
    assert optimizer.learning_rate == 0.7
    optimizer.learning_rate = schedules.PiecewiseConstantDecay([1], [1.0, 0.1])
    np.testing.assert_allclose(optimizer.scalars(0, 3)["learning_rate"], [1.0, 1.0, 0.1])
    assert optimizer.structure() == structure


def test_a_function_is_no_part_of_a_configuration() -> None:
    with pytest.raises(UnsupportedError, match="LearningRateSchedule"):
        SGD(lambda: 0.1).get_config()


@pytest.mark.parametrize("answer", [-1.0, "0.1", None, float("inf")])
def test_a_schedule_that_gives_nonsense_is_named_with_the_step(answer: Any) -> None:
    with pytest.raises(ConfigurationError, match="at step 3"):
        SGD(lambda: answer).scalars(3, 2)


def test_the_box_keeps_its_identity() -> None:
    optimizer = SGD(0.1)
    box = optimizer.learning_rate
    optimizer.learning_rate = 0.2
    assert optimizer.learning_rate is box
    assert isinstance(box, RateVariable)
    assert box == 0.2
