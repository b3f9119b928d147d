from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from ranvier import TabularClassifier
from ranvier.callbacks import BackupAndRestore, Callback
from ranvier.errors import NonFiniteLossError

X, Y = load_iris(return_X_y=True)
SMALL: dict[str, Any] = {"hidden_layer_sizes": (8,), "epochs": 6, "random_state": 0}


class Watcher(Callback):
    def __init__(self, fail: int | None = None, stop: int | None = None) -> None:
        super().__init__()
        self.begun = 0
        self.epochs: list[dict[str, float]] = []
        self.fail, self.stop = fail, stop

    def on_train_begin(self, logs: Any = None) -> None:
        self.begun += 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epochs.append(dict(logs))
        if self.fail is not None and len(self.epochs) == self.fail:
            raise KeyboardInterrupt
        if self.stop is not None and epoch + 1 == self.stop:
            self.model.stop_training = True


def test_members_in_threads_and_in_turn_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    together = TabularClassifier(**SMALL, n_members=3).fit(X, Y)
    watcher = Watcher()
    in_turn = TabularClassifier(**SMALL, n_members=3, callbacks=[watcher]).fit(X, Y)
    np.testing.assert_array_equal(together.predict_proba(X), in_turn.predict_proba(X))
    assert together.history_ == in_turn.history_
    assert watcher.begun == 3
    assert len(watcher.epochs) == 18
    assert {"loss", "val_error", "val_log_loss"} <= set(watcher.epochs[0])


def test_an_average_is_better_than_its_members_on_average() -> None:
    classifier = TabularClassifier(**SMALL, n_members=4).fit(X[::2], Y[::2])
    outputs = classifier._member_outputs(X[1::2])
    joined = classifier._joined(outputs)
    rows = np.arange(75)
    single = [-classifier._joined([each])[rows, Y[1::2]].mean() for each in outputs]
    assert -joined[rows, Y[1::2]].mean() <= np.mean(single)


def test_callbacks_stop_a_member() -> None:
    classifier = TabularClassifier(**SMALL, n_members=2, callbacks=Watcher(stop=2)).fit(X, Y)
    assert [len(member.history["loss"]) for member in classifier.members_] == [2, 2]


def test_an_interrupted_training_leaves_what_was_learned() -> None:
    with pytest.warns(UserWarning, match="interrupted by user"):
        classifier = TabularClassifier(**SMALL, n_members=3, callbacks=Watcher(fail=8)).fit(X, Y)
    assert classifier.n_members_ == 2
    assert classifier.predict(X).shape == (150,)


def test_an_interrupted_training_continues_bit_for_bit(tmp_path: Path) -> None:
    whole = TabularClassifier(**SMALL, n_members=3).fit(X, Y)
    folder = tmp_path / "backup"
    with pytest.warns(UserWarning, match="interrupted by user"):
        TabularClassifier(**SMALL, n_members=3, callbacks=[BackupAndRestore(folder), Watcher(fail=8)]).fit(
            X, Y
        )
    assert folder.exists()
    watcher = Watcher()
    resumed = TabularClassifier(**SMALL, n_members=3, callbacks=[BackupAndRestore(folder), watcher]).fit(X, Y)
    np.testing.assert_array_equal(resumed.predict_proba(X), whole.predict_proba(X))
    assert resumed.history_ == whole.history_
    assert len(watcher.epochs) < 18
    assert not folder.exists()


def test_a_loss_that_is_not_finite_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NonFiniteLossError, match="smaller `learning_rate`"):
        TabularClassifier(**SMALL, n_members=1, learning_rate=1e30, batch_size=8).fit(X, Y)
    with pytest.warns(UserWarning, match="became NaN or infinite in epoch 3"):
        late = TabularClassifier(**SMALL, n_members=1, learning_rate=1e30).fit(X, Y)
    assert late.best_epochs_[0] in (1, 2)
    TabularClassifier(**SMALL, n_members=1, progress_bar=True).fit(X, Y)
    assert "6/6" in capsys.readouterr().out
