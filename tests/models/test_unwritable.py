"""Where a file cannot be written: a sentence, the old file, and a model that goes on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier import callbacks
from ranvier.errors import FileWriteError
from ranvier.models import load_model
from ranvier.utils import plot_model
from tests.full_disk import full_disk, unwritable_folder
from tests.storage.files import fitted_model, small_data


def save_by(callback: Any, **options: Any) -> Any:
    return lambda model, path: model.fit(
        *small_data(), epochs=2, verbose=0, callbacks=[callback(path, **options)]
    )


WRITERS = {
    "model": ("m.safetensors", lambda model, path: model.save(path)),
    "weights": ("m.weights.h5", lambda model, path: model.save_weights(path)),
    "checkpoint": ("c.safetensors", save_by(callbacks.ModelCheckpoint)),
    "backup": ("folder", save_by(callbacks.BackupAndRestore)),
    "rows": ("rows.csv", save_by(callbacks.CSVLogger)),
    "events": ("events", save_by(callbacks.TensorBoard)),
    "drawing": ("m.png", lambda model, path: plot_model(model, path)),
}


def assert_usable(model: Any) -> None:
    history = model.fit(*small_data(), epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert model.predict(small_data()[0], verbose=0).shape == (20, 2)


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk(tmp_path, name: str) -> None:
    model, (file, write) = fitted_model(), WRITERS[name]
    with (
        full_disk(20),
        pytest.raises(FileWriteError, match=r"could not be written: file too large\..*Free some space"),
    ):
        write(model, tmp_path / file)
    left = [path.name for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]
    assert left == []
    assert_usable(model)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders of Linux")
@pytest.mark.parametrize("name", WRITERS)
def test_a_read_only_folder(tmp_path, name: str) -> None:
    model, (file, write) = fitted_model(), WRITERS[name]
    with unwritable_folder(tmp_path) as folder, pytest.raises(FileWriteError, match="choose a folder that"):
        write(model, Path(folder) / file)
    assert_usable(model)


def test_a_full_disk_keeps_the_file_of_before(tmp_path) -> None:
    model = fitted_model()
    path = tmp_path / "m.safetensors"
    model.save(path)
    before = [weight.copy() for weight in model.get_weights()]
    model.fit(*small_data(), epochs=1, verbose=0)
    with full_disk(200), pytest.raises(FileWriteError):
        model.save(path)
    assert [each.name for each in tmp_path.iterdir()] == ["m.safetensors"]
    assert all(map(np.array_equal, load_model(path).get_weights(), before))


def test_a_full_disk_keeps_the_backup_of_before(tmp_path) -> None:
    """The training ends with a sentence and continues when there is room again."""

    class Fill(callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                filled.__enter__()

    def train(told: list[Any]) -> Any:
        model = fitted_model()
        model.fit(*small_data(), epochs=4, verbose=0, callbacks=told)
        return model

    filled = full_disk(200)
    for double in (False, True):
        backup = callbacks.BackupAndRestore(tmp_path / str(double), double_checkpoint=double)
        with pytest.raises(FileWriteError):
            train([backup, Fill()])
        filled.__exit__(None, None, None)
        filled = full_disk(200)
        found = train([callbacks.BackupAndRestore(tmp_path / str(double))])
        assert found.history.epoch == [0, 1, 2, 3]
        assert all(map(np.array_equal, found.get_weights(), train([]).get_weights()))
