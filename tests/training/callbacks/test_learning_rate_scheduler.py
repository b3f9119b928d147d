from __future__ import annotations

import functools
import sys

import numpy as np
import pytest

from ranvier.callbacks import LearningRateScheduler
from ranvier.errors import ConfigurationError
from tests.training.callbacks.stand_ins import Model, Screen, run

SCHEDULES = {
    "one": lambda epoch: 0.5 / (epoch + 1),
    "two": lambda epoch, rate: rate * 0.5,
    "two with default": lambda epoch, rate=9.0: rate * 0.5,
    "any": lambda *arguments: float(len(arguments)),
    "bound": functools.partial(lambda scale, epoch: scale * (epoch + 1), 0.25),
    "numpy": lambda epoch, rate: np.float32(0.25),
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_learning_rates_are_keras(schedule, keras_callbacks, monkeypatch) -> None:
    seen = []
    for kind in (LearningRateScheduler, keras_callbacks.LearningRateScheduler):
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        rates = []
        note = keras_callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs, rates=rates: rates.append(dict(logs))
        )
        model = run([kind(schedule, verbose=1), note], [{"loss": 1.0}] * 3, Model(0.5))
        seen.append((rates, model.optimizer.learning_rate, screen.getvalue()))
    assert seen[0] == seen[1]


def test_a_whole_number_and_an_array_are_rates_too() -> None:
    assert run([LearningRateScheduler(lambda epoch: 1)], [{}]).optimizer.learning_rate == 1.0
    assert run([LearningRateScheduler(lambda epoch: np.array(0.5))], [{}]).optimizer.learning_rate == 0.5


def test_an_object_can_be_the_schedule() -> None:
    class Halving:
        def __call__(self, step):
            return 0.5**step

    assert run([LearningRateScheduler(Halving())], [{}] * 3).optimizer.learning_rate == 0.25


def test_a_function_without_a_signature_gets_both() -> None:
    assert run([LearningRateScheduler(max)], [{}], Model(0.5)).optimizer.learning_rate == 0.5


@pytest.mark.parametrize("answer", [None, "0.1", True, np.nan, np.inf, np.ones(2), 1j])
def test_the_answer_must_be_a_number(answer) -> None:
    with pytest.raises(ConfigurationError, match="must return the learning rate, a finite number; received"):
        run([LearningRateScheduler(lambda epoch: answer)], [{}])


def test_an_error_in_the_schedule_is_the_users() -> None:
    def schedule(epoch, rate):
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        run([LearningRateScheduler(schedule)], [{}])


def test_logs_may_be_missing() -> None:
    callback = LearningRateScheduler(lambda epoch: 0.1)
    callback.set_model(Model())
    callback.on_epoch_end(0)
