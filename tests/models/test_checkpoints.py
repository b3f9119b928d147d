"""The best model that a checkpoint has saved stays, whatever interrupts the training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.callbacks import BackupAndRestore, Callback, ModelCheckpoint
from ranvier.models import load_model, read_metadata
from tests.storage.files import small_data, small_model


class Told(Callback):
    """Puts chosen values into the logs, and a mark of the epoch into the weights."""

    def __init__(self, values: list[float]) -> None:
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["score"] = self.values[epoch]
        self.model.layers[-1].bias.assign(np.full(2, epoch + 1.0))


def checkpoint(path: Path, **options: Any) -> ModelCheckpoint:
    return ModelCheckpoint(path, monitor="score", save_best_only=True, **{"mode": "max", **options})


def fit(values: list[float], told: list[Any], initial_epoch: int = 0) -> Any:
    model = small_model()
    model.fit(
        *small_data(),
        epochs=len(values),
        initial_epoch=initial_epoch,
        verbose=0,
        callbacks=[Told(values), *told],
    )
    return model


def epoch_of(path: Path) -> float:
    model = small_model()
    model.load_weights(path)
    return float(model.get_weights()[-1][0])


@pytest.mark.parametrize("options", [{}, {"save_weights_only": True}], ids=["model", "weights"])
@pytest.mark.parametrize(("mode", "better", "worse"), [("max", 0.9, 0.8), ("min", 0.1, 0.2)])
def test_without_a_backup_the_file_tells(
    tmp_path, options: Any, mode: str, better: float, worse: float
) -> None:
    path, options = tmp_path / "best.safetensors", {"mode": mode, **options}
    fit([better], [checkpoint(path, **options)])
    assert read_metadata(path)["checkpoint"] == {"monitor": "score", "best": better}
    best = checkpoint(path, **options)
    fit([better, worse, worse], [best], initial_epoch=1)
    assert epoch_of(path) == 1
    assert best.best == better
    fit([better, worse, 2 * better - worse], [checkpoint(path, **options)], initial_epoch=1)
    assert epoch_of(path) == 3


def test_a_training_of_its_own_replaces_an_old_file(tmp_path) -> None:
    path = tmp_path / "best.safetensors"
    fit([0.9], [checkpoint(path)])
    fit([0.5], [checkpoint(path)])
    assert read_metadata(path)["checkpoint"]["best"] == 0.5


@pytest.mark.parametrize(
    "content", ["other", "no metadata", "no model"], ids=["another monitor", "without", "damaged"]
)
def test_a_file_that_does_not_tell_is_replaced(tmp_path, content: str) -> None:
    path = tmp_path / "best.safetensors"
    if content == "no model":
        path.write_bytes(b"no model")
    else:
        small_model().save(
            path, metadata={"checkpoint": {"monitor": content, "best": 0.9}} if content == "other" else {}
        )
    fit([0.9, 0.5], [checkpoint(path)], initial_epoch=1)
    assert read_metadata(path)["checkpoint"]["best"] == 0.5


class StopError(Exception):
    pass


class Stop(Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch == 2:
            raise StopError


def test_a_file_newer_than_the_backup_is_not_replaced_by_a_worse_one(tmp_path) -> None:
    """Data that cannot be given again: the epoch that was the best does not come back."""
    path, backup = tmp_path / "best.safetensors", tmp_path / "backup"
    with pytest.raises(StopError):
        fit([0.5, 0.6, 0.9], [checkpoint(path), BackupAndRestore(backup), Stop()])
    assert epoch_of(path) == 3
    fit([0.5, 0.6, 0.7, 0.8], [checkpoint(path), BackupAndRestore(backup)])
    assert epoch_of(path) == 3


def test_a_stale_file_does_not_outlive_a_training_killed_before_its_first_checkpoint(tmp_path) -> None:
    path, backup = tmp_path / "best.safetensors", tmp_path / "backup"
    fit([0.9], [checkpoint(path)])

    class Early(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            raise StopError

    with pytest.raises(StopError):
        fit([0.5, 0.4], [checkpoint(path), BackupAndRestore(backup, save_freq=1), Early()])
    # Nothing was backed up, so this is a training of its own.
    fit([0.5, 0.4], [checkpoint(path), BackupAndRestore(backup, save_freq=1)])
    assert read_metadata(path)["checkpoint"]["best"] == 0.5


def test_what_a_model_keeps_beside_it_stays(tmp_path) -> None:
    path = tmp_path / "best.safetensors"
    small_model().save(path, metadata={"class_names": ["cat", "dog"]})
    model = load_model(path)
    model.fit(*small_data(), verbose=0, callbacks=[Told([0.5]), checkpoint(path)])
    assert read_metadata(path) == {
        "class_names": ["cat", "dog"],
        "checkpoint": {"monitor": "score", "best": 0.5},
    }
