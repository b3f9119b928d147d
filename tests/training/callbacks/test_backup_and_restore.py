from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ranvier.callbacks import BackupAndRestore, CallbackList, LambdaCallback
from ranvier.errors import ConfigurationError, FileFormatError, NotBuiltError
from tests.training.callbacks.stand_ins import Model, run


class StoppedError(Exception):
    pass


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> None:
    def save_backup(path: str, model: Any, *, epoch: int, step: int, state: Any) -> None:
        content = {"weight": model.weights[0].tolist(), "epoch": epoch, "step": step, "state": state}
        Path(path).write_text(json.dumps(content))

    class Backup(SimpleNamespace):
        def restore(self, model: Any) -> None:
            model.set_weights([self.weight])

    def read_backup(path: str) -> Backup:
        try:
            return Backup(**json.loads(Path(path).read_text()))
        except ValueError:
            raise FileFormatError(f"{path} is damaged") from None

    module = types.ModuleType("ranvier.storage.backup")
    module.save_backup, module.read_backup = save_backup, read_backup  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ranvier.storage.backup", module)


def interrupted_at(epoch: int, step: int | None = None) -> LambdaCallback:
    def stop(number: int, logs: Any = None) -> None:
        if number == (epoch if step is None else step):
            raise StoppedError

    return LambdaCallback(**{"on_epoch_begin" if step is None else "on_train_batch_end": stop})


def resume(folder: Path, **options: Any) -> tuple[BackupAndRestore, Model]:
    callback, model = BackupAndRestore(folder, **options), Model()
    callback.set_model(model)
    callback.on_train_begin()
    return callback, model


def test_training_continues_after_the_last_epoch(tmp_path) -> None:
    folder = tmp_path / "backup"
    with pytest.raises(StoppedError):
        run([BackupAndRestore(folder), interrupted_at(2)], [{}] * 5)
    callback, model = resume(folder)
    assert callback.resumed_epoch == 2
    assert CallbackList(callback).first_epoch(0) == 2
    assert model.weights[0].tolist() == [2.0, 2.0]


def test_a_loop_of_ones_own_begins_an_interrupted_epoch_again(tmp_path) -> None:
    callback = BackupAndRestore(tmp_path, save_freq=2)
    with pytest.raises(StoppedError):
        run([callback, interrupted_at(0, step=3)], [{}], steps=5)
    assert json.loads((tmp_path / "latest.safetensors").read_text())["step"] == 4
    assert resume(tmp_path)[0].resumed_epoch == 0


@pytest.mark.parametrize("other_files", [True, False])
def test_the_backup_is_deleted_at_the_end_and_nothing_else(tmp_path, other_files: bool) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    if other_files:
        (folder / "mine.txt").touch()
    callback = BackupAndRestore(folder, double_checkpoint=True)
    run([callback], [{}] * 3)
    assert [path.name for path in tmp_path.rglob("*")] == (["backup", "mine.txt"] if other_files else [])
    callback.on_train_begin()
    assert callback.resumed_epoch is None
    assert CallbackList(callback).first_epoch(4) == 4


def test_the_backup_can_be_kept(tmp_path) -> None:
    run([BackupAndRestore(tmp_path, delete_checkpoint=False)], [{}] * 3)
    assert resume(tmp_path)[0].resumed_epoch == 3


def test_a_damaged_backup_falls_back_on_the_one_before(tmp_path) -> None:
    run([BackupAndRestore(tmp_path, double_checkpoint=True, delete_checkpoint=False)], [{}] * 3)
    (tmp_path / "latest.safetensors").write_text("{")
    with pytest.warns(UserWarning, match="Continuing from the backup before the last: .*damaged"):
        callback, model = resume(tmp_path)
    assert callback.resumed_epoch == 2
    assert model.weights[0].tolist() == [2.0, 2.0]


def test_a_damaged_backup_without_another_raises(tmp_path) -> None:
    run([BackupAndRestore(tmp_path, delete_checkpoint=False)], [{}] * 3)
    (tmp_path / "latest.safetensors").write_text("{")
    with pytest.raises(FileFormatError, match=r"damaged Or delete the folder .* to begin the training anew"):
        resume(tmp_path)


def test_a_model_without_weights_cannot_be_restored(tmp_path) -> None:
    run([BackupAndRestore(tmp_path, delete_checkpoint=False)], [{}])
    callback, model = BackupAndRestore(tmp_path), Model()
    model.built = False
    callback.set_model(model)
    with pytest.raises(NotBuiltError, match="Give the input shape before `fit`"):
        callback.on_train_begin()


def test_a_folder_must_be_named() -> None:
    with pytest.raises(ConfigurationError, match="`backup_dir` must name a folder; received: ''"):
        BackupAndRestore("")
    with pytest.raises(ConfigurationError, match="received: False"):
        BackupAndRestore("a", save_freq=False)


def test_batches_are_heard_only_where_they_count(tmp_path) -> None:
    assert not CallbackList(BackupAndRestore(tmp_path)).has_train_batch_hooks
    assert CallbackList(BackupAndRestore(tmp_path, save_freq=3)).has_train_batch_hooks


class Clock:
    """Stands for the clock of the callback; it only moves when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("ranvier.training.callbacks.backup_and_restore.time.monotonic", lambda: self.now)


def test_backups_by_the_clock(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, model = Clock(monkeypatch), Model()
    callback = BackupAndRestore(tmp_path, every_seconds=5)
    callback.set_model(model)
    callback.on_train_begin()
    found = []
    for now in (101, 104.9, 105, 106, 109.5, 112):
        clock.now = now
        due = callback.is_due(3)
        found.append(due)
        if due:
            callback.save(1, 4, {})
    assert found == [False, False, True, False, False, True]


def test_what_takes_long_to_write_is_written_less_often(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, model = Clock(monkeypatch), Model()
    callback = BackupAndRestore(tmp_path, every_seconds=5)
    callback.set_model(model)
    callback.on_train_begin()

    def slow(*_: Any, **__: Any) -> None:
        clock.now += 2

    monkeypatch.setattr(sys.modules["ranvier.storage.backup"], "save_backup", slow)
    callback.save(1, 0, {})
    clock.now += 39
    assert not callback.is_due(None)
    clock.now += 1
    assert callback.is_due(None)


@pytest.mark.parametrize("options", [{"every_seconds": -1}, {"every_seconds": 5, "save_freq": 3}])
def test_a_time_excludes_a_number_of_batches(tmp_path, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="`every_seconds` must be a time of at least 0"):
        BackupAndRestore(tmp_path, **options)
