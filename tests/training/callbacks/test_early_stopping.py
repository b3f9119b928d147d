from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from ranvier.callbacks import EarlyStopping
from ranvier.errors import ConfigurationError
from tests.training.callbacks.stand_ins import Model, run, walk

OPTIONS = [
    {},
    {"patience": 1},
    {"patience": 3, "restore_best_weights": True},
    {"patience": 2, "min_delta": 0.25, "verbose": 1},
    {"patience": 2, "min_delta": -0.25, "restore_best_weights": True, "verbose": 1},
    {"patience": 2, "mode": "max", "restore_best_weights": True},
    {"patience": 2, "baseline": 3.75},
    {"patience": 3, "baseline": 0.0, "restore_best_weights": True, "verbose": 1},
    {"patience": 1, "start_from_epoch": 3, "restore_best_weights": True},
    {"patience": 99, "restore_best_weights": True, "verbose": 1},
    {"monitor": "val_accuracy", "patience": 1, "mode": "max"},
    {"monitor": "missing", "mode": "min", "patience": 1},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_decisions_are_keras(options: dict, keras_callbacks, capsys) -> None:
    for seed in range(4):
        epochs = walk(seed, 12, "val_accuracy" if options.get("monitor") == "val_accuracy" else "val_loss")
        seen = []
        for kind in (EarlyStopping, keras_callbacks.EarlyStopping):
            callback, model = kind(**options), Model()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run([callback], epochs, model)
            state = {name: getattr(callback, name) for name in ("stopped_epoch", "best_epoch", "wait")}
            best = None if callback.best is None else float(callback.best)
            seen.append(
                (state, best, model.stop_training, model.weights[0].tolist(), capsys.readouterr().out)
            )
        assert seen[0] == seen[1]


def test_by_hand() -> None:
    callback = EarlyStopping(patience=2, restore_best_weights=True)
    model = run([callback], [{"val_loss": value} for value in (3.0, 1.0, 2.0, 1.5, 0.5)])
    assert callback.stopped_epoch == 3
    assert callback.best_epoch == 1
    assert callback.best == 1.0
    np.testing.assert_array_equal(model.weights[0], [2.0, 2.0])


def test_a_callback_serves_several_trainings() -> None:
    callback = EarlyStopping(patience=1)
    run([callback], [{"val_loss": 1.0}, {"val_loss": 2.0}])
    assert callback.stopped_epoch == 1
    model = run([callback], [{"val_loss": 5.0}, {"val_loss": 4.0}])
    assert not model.stop_training
    assert callback.best == 4.0


def test_a_nan_is_not_the_best() -> None:
    callback = EarlyStopping(patience=2, restore_best_weights=True)
    model = run([callback], [{"val_loss": value} for value in (math.nan, 1.0, 2.0, 3.0)])
    assert callback.best == 1.0
    np.testing.assert_array_equal(model.weights[0], [2.0, 2.0])


def test_nan_from_beginning_to_end_stops() -> None:
    model = run([EarlyStopping(patience=2)], [{"val_loss": math.nan}] * 5)
    assert model.stop_training


def test_a_missing_value_is_warned_of_and_stops_nothing() -> None:
    with pytest.warns(UserWarning, match="EarlyStopping: 'val_loss' is not available"):
        model = run([EarlyStopping()], [{"loss": 1.0}, {"loss": 2.0}])
    assert not model.stop_training


def test_an_undecidable_direction_is_reported_after_one_epoch() -> None:
    with pytest.raises(ConfigurationError, match="mode='max'"):
        run([EarlyStopping("quality")], [{"quality": 1.0}])
