"""An interrupted training ends as the undisturbed one, bit for bit, wherever it was interrupted."""

from __future__ import annotations

import functools
import signal
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier import callbacks, optimizers
from ranvier.errors import ConfigurationError, FileFormatError
from ranvier.naming import reset_names
from ranvier.random import set_random_seed
from tests.training.resuming_cases import CASES, X, Y, network, result

HOOKS = ("on_epoch_begin", "on_train_batch_begin", "on_train_batch_end", "on_epoch_end", "on_test_end")


class KilledError(Exception):
    pass


class Killer(callbacks.Callback):
    """Raise at the n-th call of a hook, or press Ctrl-C there."""

    def __init__(self, hook: str, number: int, *, ctrl_c: bool = False) -> None:
        super().__init__()
        self.left = number

        def strike(*_: Any, **__: Any) -> None:
            self.left -= 1
            if self.left == 0 and ctrl_c:
                signal.raise_signal(signal.SIGINT)
            elif self.left == 0:
                raise KilledError

        setattr(self, hook, strike)


@functools.cache
def undisturbed(name: str) -> dict[str, Any]:
    set_random_seed(11)
    reset_names()
    with tempfile.TemporaryDirectory() as folder:
        return result(CASES[name][0]([], Path(folder)), Path(folder))


def disturbed(name: str, folder: Path, save_freq: Any, blows: list[Killer], **options: Any) -> dict[str, Any]:
    """Train with a blow at a time until one comes too late, each time as a new program with another seed."""
    for number, blow in enumerate([*blows, None]):
        # Only the first of these programs could be the undisturbed one.
        set_random_seed(11 if not (folder / "backup").exists() else 99 + number)
        reset_names()
        backup = callbacks.BackupAndRestore(folder / "backup", save_freq, **options)
        try:
            model = CASES[name][0]([backup, *([] if blow is None else [blow])], folder)
        except (KilledError, KeyboardInterrupt):
            continue
        break
    assert not (folder / "backup").exists()
    return result(model, folder)


@pytest.mark.parametrize("save_freq", ["epoch", 1, 3])
@pytest.mark.parametrize("name", CASES)
def test_an_interruption_leaves_no_trace(tmp_path, name: str, save_freq: Any) -> None:
    drawn = np.random.default_rng([len(name), save_freq if save_freq != "epoch" else 0])
    most = CASES[name][1]
    for trial in range(3):
        folder = tmp_path / str(trial)
        folder.mkdir()
        blows = []
        for _ in range(int(drawn.integers(1, 4))):
            hook = HOOKS[drawn.integers(len(HOOKS))]
            blows.append(Killer(hook, int(drawn.integers(1, most if "batch" in hook else 5))))
        found = disturbed(name, folder, save_freq, blows)
        assert found == undisturbed(name), (trial, blows)


@pytest.mark.parametrize("name", CASES)
def test_ctrl_c_loses_nothing(tmp_path, name: str) -> None:
    # A backup is due at the first Ctrl-C only; the second comes in an epoch that was begun before.
    blows = [
        Killer("on_epoch_begin", 2, ctrl_c=True),
        Killer("on_train_batch_end", 3, ctrl_c=True),
        Killer("on_epoch_end", 1, ctrl_c=True),
    ]
    assert disturbed(name, tmp_path, 10_000, blows) == undisturbed(name)


def test_backups_change_nothing(tmp_path) -> None:
    for save_freq in (1, 4, "epoch"):
        folder = tmp_path / str(save_freq)
        folder.mkdir()
        assert disturbed("everything", folder, save_freq, [], double_checkpoint=True) == undisturbed(
            "everything"
        )


def test_backups_by_batches_do_not_stop_the_loop_at_every_step(tmp_path, monkeypatch) -> None:
    model, saved = network(), []

    def save(self: Any, epoch: int, step: int, state: Any) -> None:
        saved.append((epoch, step))

    monkeypatch.setattr(callbacks.BackupAndRestore, "save", save)
    keeper = callbacks.BackupAndRestore(tmp_path, save_freq=4)
    seen = []
    monkeypatch.setattr(
        "ranvier.training.callbacks.callback_list.CallbackList.has_train_batch_hooks",
        property(lambda told: seen.append(told._any_heard("on_train_batch_end")) or seen[-1]),
    )
    model.fit(X, Y, batch_size=9, epochs=3, verbose=0, callbacks=[keeper])
    assert saved == [(0, 4), (1, 2), (1, 6), (2, 4)]
    assert not any(seen)


@pytest.mark.parametrize("name", ["adadelta", "adafactor", "ftrl", "lamb", "muon", "schedule_free", "optax"])
def test_every_optimizer_continues(tmp_path, name: str) -> None:
    def train(told: list[Any]) -> Any:
        set_random_seed(4)
        kinds = {
            "optax": lambda: optax.adam(0.01),
            "schedule_free": lambda: optimizers.ScheduleFreeAdamW(0.01),
        }
        model = network(kinds.get(name, lambda: name)())
        model.fit(X, Y, batch_size=9, epochs=3, verbose=0, callbacks=told)
        return model

    optax = pytest.importorskip("optax")
    wanted = train([])
    with pytest.raises(KilledError):
        train([callbacks.BackupAndRestore(tmp_path, 4), Killer("on_train_batch_end", 11)])
    found = train([callbacks.BackupAndRestore(tmp_path, 4)])
    assert found.history.history == wanted.history.history
    assert all(map(np.array_equal, found.get_weights(), wanted.get_weights()))


def test_a_stopped_training_stays_stopped(tmp_path) -> None:
    """Killed after the last backup, before the end."""

    class Late(callbacks.Callback):
        def on_train_end(self, logs: Any = None) -> None:
            raise KilledError

    def train(told: list[Any]) -> Any:
        set_random_seed(4)
        model = network()
        stop = callbacks.EarlyStopping("loss", patience=0, min_delta=10, restore_best_weights=True)
        model.fit(X, Y, epochs=9, verbose=0, callbacks=[*told, stop])
        return model

    wanted = train([])
    with pytest.raises(KilledError):
        train([Late(), callbacks.BackupAndRestore(tmp_path / "b")])
    found = train([callbacks.BackupAndRestore(tmp_path / "b")])
    assert found.history.epoch == wanted.history.epoch == [0, 1]
    assert all(map(np.array_equal, found.get_weights(), wanted.get_weights()))


def test_a_training_stopped_within_an_epoch_and_interrupted_there(tmp_path) -> None:
    class Enough(callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if int(self.model.optimizer.iterations) == 9:
                self.model.stop_training = True

    def train(told: list[Any]) -> Any:
        set_random_seed(4)
        model = network()
        model.fit(X, Y, batch_size=9, epochs=5, verbose=0, validation_split=0.2, callbacks=[Enough(), *told])
        return model

    wanted = train([])
    assert len(wanted.history.epoch) == 2
    with pytest.raises(KeyboardInterrupt):
        train([callbacks.BackupAndRestore(tmp_path), Killer("on_train_batch_end", 9, ctrl_c=True)])
    found = train([callbacks.BackupAndRestore(tmp_path)])
    assert found.history.history == wanted.history.history
    assert all(map(np.array_equal, found.get_weights(), wanted.get_weights()))


def test_a_finished_backup_continues_with_more_epochs(tmp_path) -> None:
    def train(epochs: int, told: list[Any]) -> Any:
        set_random_seed(4)
        model = network()
        model.fit(X, Y, epochs=epochs, verbose=0, callbacks=told)
        return model

    train(3, [callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)])
    found = train(5, [callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)])
    wanted = train(5, [])
    assert found.history.history == wanted.history.history
    assert all(map(np.array_equal, found.get_weights(), wanted.get_weights()))


def test_another_batch_size_within_an_epoch_is_refused(tmp_path) -> None:
    with pytest.raises(KilledError):
        network().fit(
            X,
            Y,
            batch_size=8,
            verbose=0,
            callbacks=[callbacks.BackupAndRestore(tmp_path, 2), Killer("on_train_batch_end", 5)],
        )
    with pytest.raises(
        ConfigurationError, match=r"4 steps into an epoch of 7; received: an epoch of 14 steps"
    ):
        network().fit(X, Y, batch_size=4, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path, 2)])


def test_a_state_that_a_callback_cannot_take_up_is_named(tmp_path) -> None:
    class Picky(callbacks.Callback):
        def get_state(self) -> dict[str, Any]:
            return {"old": 1}

        def set_state(self, state: dict[str, Any]) -> None:
            state["new"]

    def train() -> None:
        told = [callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False), Picky()]
        network().fit(X, Y, epochs=1, verbose=0, callbacks=told)

    train()
    with pytest.raises(FileFormatError, match=r"remembers something of .*Picky/0' .*KeyError: 'new'"):
        train()


def test_several_trainings_that_belong_together(tmp_path) -> None:
    """Each keeps its end, so that none is repeated; all go when the whole is done."""
    seen: list[str] = []

    def train(name: str, keeper: callbacks.BackupAndRestore, blow: Any = None) -> Any:
        set_random_seed(4)
        model = network()
        told = callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(f"{name}{epoch}"))
        model.fit(X, Y, epochs=2, verbose=0, callbacks=[keeper.part(name), told, *([blow] if blow else [])])
        return model

    whole = callbacks.BackupAndRestore(tmp_path / "b", every_seconds=1e6)
    wanted = train("a", whole)
    with pytest.raises(KeyboardInterrupt):
        train("b", whole, Killer("on_epoch_begin", 2, ctrl_c=True))
    assert seen == ["a0", "a1", "b0", "b1"]
    seen.clear()
    again = callbacks.BackupAndRestore(tmp_path / "b", every_seconds=1e6)
    for name in "ab":
        found = train(name, again)
        assert found.history.history == wanted.history.history
        assert all(map(np.array_equal, found.get_weights(), wanted.get_weights()))
    assert seen == ["b1"]
    again.delete()
    assert not (tmp_path / "b").exists()
