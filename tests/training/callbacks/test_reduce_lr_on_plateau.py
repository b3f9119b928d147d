from __future__ import annotations

import sys
import warnings

import pytest

from ranvier.callbacks import ReduceLROnPlateau
from ranvier.errors import ConfigurationError
from tests.training.callbacks.stand_ins import Model, Screen, run, walk

OPTIONS = [
    {"patience": 1},
    {"patience": 2, "factor": 0.5, "verbose": 1},
    {"patience": 1, "factor": 0.5, "cooldown": 2},
    {"patience": 2, "factor": 0.25, "min_lr": 0.02, "verbose": 1},
    {"patience": 1, "min_delta": 0.5},
    {"patience": 1, "mode": "max", "factor": 0.0},
    {"patience": 1, "monitor": "missing", "mode": "min"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_learning_rates_are_keras(options: dict, keras_callbacks, monkeypatch) -> None:
    seen = []
    for kind in (ReduceLROnPlateau, keras_callbacks.ReduceLROnPlateau):
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        rates = []
        for seed in range(3):
            model, callback = Model(0.125), kind(**options)
            note = keras_callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs, rates=rates: rates.append(logs["learning_rate"])
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run([callback, note], walk(seed, 12), model)
            rates.append((model.optimizer.learning_rate, callback.wait, callback.cooldown_counter))
        seen.append((rates, screen.getvalue()))
    assert seen[0] == seen[1]


def test_by_hand() -> None:
    model = run([ReduceLROnPlateau(factor=0.5, patience=2)], [{"val_loss": 1.0}] * 5, Model(0.8))
    assert model.optimizer.learning_rate == pytest.approx(0.2)


def test_the_least_rate_is_not_reduced_to_itself(capsys) -> None:
    # 0.1 is no float32: an optimizer that keeps it in double precision lies a little above.
    model = run([ReduceLROnPlateau(patience=1, min_lr=0.1, verbose=1)], [{"val_loss": 1.0}] * 6, Model(0.5))
    assert model.optimizer.learning_rate == 0.1
    assert capsys.readouterr().out.count("reducing") == 1


@pytest.mark.parametrize("factor", [1.0, 2, -0.1])
def test_the_factor_must_reduce(factor: float) -> None:
    with pytest.raises(ConfigurationError, match="less than 1, to reduce"):
        ReduceLROnPlateau(factor=factor)


def test_a_missing_value_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="ReduceLROnPlateau: 'val_loss' is not available"):
        run([ReduceLROnPlateau()], [{"loss": 1.0}])


def test_logs_may_be_missing() -> None:
    callback = ReduceLROnPlateau()
    callback.set_model(Model())
    with pytest.warns(UserWarning, match="Available: learning_rate"):
        callback.on_epoch_end(0)
