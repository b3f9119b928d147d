"""Fits of estimators that are interrupted and continued."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import callbacks
from ranvier.estimators import MLPClassifier, MLPRegressor

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
