from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

from ranvier.callbacks import ModelCheckpoint
from ranvier.errors import ConfigurationError, UnknownNameError
from tests.training.callbacks.stand_ins import Screen, run, walk

OPTIONS = [
    ("best.keras", {"save_best_only": True, "verbose": 1}),
    ("best.keras", {"save_best_only": True, "mode": "max", "initial_value_threshold": 4.0, "verbose": 1}),
    ("{epoch:02d}-{val_loss:.2f}.keras", {"verbose": 1}),
    ("deep/{epoch}/{batch}.weights.h5", {"save_weights_only": True, "save_freq": 3}),
    (
        "{epoch}.weights.h5",
        {"save_weights_only": True, "save_best_only": True, "save_freq": 5, "mode": "min"},
    ),
    ("a.keras", {"save_best_only": True, "monitor": "missing", "mode": "min"}),
]


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
def test_files_and_words_are_keras(name, options, keras_callbacks, tmp_path, monkeypatch) -> None:
    seen = []
    for kind in (ModelCheckpoint, keras_callbacks.ModelCheckpoint):
        folder = tmp_path / kind.__module__
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        for seed in range(2):
            callback = kind(str(folder / str(seed) / name), **options)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if callback.save_freq != "epoch" and hasattr(callback, "_set_monitor_op"):
                    callback._set_monitor_op()  # Keras itself does so only at the first epoch's end
                run([callback], walk(seed, 6), steps=4)
        files = {
            str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()
        }
        seen.append((files, screen.getvalue().replace(str(folder), "")))
    assert seen[0] == seen[1]
    assert seen[0][0]


def test_by_hand(tmp_path) -> None:
    callback = ModelCheckpoint(tmp_path / "best-{epoch}.keras", save_best_only=True)
    run([callback], [{"val_loss": value} for value in (3.0, 4.0, 2.0)])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "best-1.keras": "model 1",
        "best-3.keras": "model 3",
    }
    assert callback.best == 2.0


def test_words_do_not_leave_empty_lines_in_a_file(tmp_path, capsys) -> None:
    run([ModelCheckpoint(tmp_path / "a.keras", verbose=1)], [{"val_loss": 1.0}])
    assert capsys.readouterr().out == (
        f"Epoch 1: saving model to {tmp_path}/a.keras\nEpoch 1: finished saving model to {tmp_path}/a.keras\n"
    )


def test_nan_is_not_the_best(tmp_path) -> None:
    run(
        [ModelCheckpoint(tmp_path / "a.keras", save_best_only=True)],
        [{"val_loss": 1.0}, {"val_loss": np.nan}],
    )
    assert (tmp_path / "a.keras").read_text() == "model 1"


def test_a_folder_is_no_file(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="must be a file; received the existing folder"):
        run([ModelCheckpoint(tmp_path)], [{}])


def test_a_placeholder_must_be_in_the_logs(tmp_path) -> None:
    with pytest.raises(UnknownNameError, match=r"'val_acc'. Did you mean 'val_accuracy'"):
        run([ModelCheckpoint(tmp_path / "{val_acc:.2f}.keras")], [{"val_accuracy": 1.0}])


def test_what_cannot_be_compared_is_saved_with_a_warning(tmp_path) -> None:
    callback = ModelCheckpoint(tmp_path / "a.keras", save_best_only=True, monitor="loss")
    with pytest.warns(UserWarning, match="is no single number"):
        run([callback], [{"loss": np.ones(2)}])
    with pytest.warns(UserWarning, match="saves without comparing: 'loss' is not available"):
        run([callback], [{"val_accuracy": 1.0}])
    assert (tmp_path / "a.keras").exists()
