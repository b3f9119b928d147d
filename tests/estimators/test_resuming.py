"""Fits of estimators that are interrupted and continued."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ranvier import callbacks
from ranvier.estimators import MLPClassifier, MLPRegressor, TabularClassifier

pytest.importorskip("sklearn")

X = np.random.default_rng(0).normal(size=(150, 4))
Y = X.sum(axis=1)

CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "adam": (MLPClassifier, {}),
    "early stopping": (MLPClassifier, {"early_stopping": True, "n_iter_no_change": 3}),
    "falling rate": (
        MLPClassifier,
        {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.3, "n_iter_no_change": 2},
    ),
    "dropout": (MLPRegressor, {"dropout": 0.3}),
}


class StopError(Exception):
    pass


class Stop(callbacks.Callback):
    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.left -= 1
        if self.left == 0:
            raise StopError


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("save_freq", ["epoch", 3])
@pytest.mark.parametrize("name", CASES)
def test_an_interrupted_fit_ends_as_an_undisturbed_one(tmp_path, name: str, save_freq: Any) -> None:
    kind, options = CASES[name]

    def fit(told: list[Any]) -> Any:
        targets = (Y > 0).astype(int) if kind is MLPClassifier else Y
        model = kind(
            hidden_layer_sizes=(8,), max_iter=12, batch_size=32, random_state=3, callbacks=told, **options
        )
        return model.fit(X, targets)

    wanted = fit([])
    for batches in (8, 21):
        with pytest.raises(StopError):
            fit([callbacks.BackupAndRestore(tmp_path / "b", save_freq), Stop(batches)])
    found = fit([callbacks.BackupAndRestore(tmp_path / "b", save_freq)])
    assert not (tmp_path / "b").exists()
    assert found.loss_curve_ == wanted.loss_curve_
    assert found.n_iter_ == wanted.n_iter_
    assert all(map(np.array_equal, found.coefs_, wanted.coefs_))


TABLE = pd.DataFrame({"a": X[:, 0], "b": np.array(list("xyz"))[np.arange(150) % 3], "c": X[:, 1]})


def ensemble(told: list[Any] | None) -> Any:
    model = TabularClassifier(n_members=3, epochs=6, random_state=3, callbacks=told)
    return model.fit(TABLE, np.where(Y > 0, "yes", "no"))


def assert_equal_ensembles(one: Any, other: Any) -> None:
    assert one.history_ == other.history_
    assert one.best_epochs_ == other.best_epochs_
    for first, second in zip(one.members_, other.members_, strict=True):
        assert all(np.array_equal(first.weights[name], second.weights[name]) for name in first.weights)
    np.testing.assert_array_equal(one.predict_proba(TABLE), other.predict_proba(TABLE))


@pytest.mark.parametrize("save_freq", ["epoch", 2])
@pytest.mark.parametrize("batches", [3, 10])
def test_members_of_an_ensemble_go_on_where_each_was(tmp_path, save_freq: Any, batches: int) -> None:
    folder = tmp_path / "b"
    with pytest.raises(StopError):
        ensemble([callbacks.BackupAndRestore(folder, save_freq), Stop(batches)])
    assert (folder / "member-1").exists()
    found = ensemble([callbacks.BackupAndRestore(folder, save_freq)])
    assert not folder.exists()
    assert_equal_ensembles(found, ensemble(None))


@pytest.mark.filterwarnings("ignore:Training interrupted by user")
def test_ctrl_c_while_members_are_trained_side_by_side(tmp_path) -> None:
    folder = tmp_path / "b"

    def press() -> None:
        while not (folder / "member-1" / "latest.safetensors").exists():
            os.sched_yield()
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    ensemble([callbacks.BackupAndRestore(folder)])
    presser.join()
    found = ensemble([callbacks.BackupAndRestore(folder)])
    assert not folder.exists()
    assert_equal_ensembles(found, ensemble(None))
