"""A training that can be interrupted, and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.callbacks import BackupAndRestore, Callback, CSVLogger, EarlyStopping
from ranvier.cli.data import Data
from ranvier.models import Sequential
from ranvier.report.run_folder import BACKUP, HISTORY, RunFolder
from ranvier.report.run_settings import TrainingSettings

SECONDS_BETWEEN_BACKUPS = 5.0
"""What a training that is killed has to do again at most."""


@dataclass(frozen=True)
class Outcome:
    """How a training ended.

    Attributes:
        history: One value an epoch for each name.
        steps: How many steps were made.
        epochs: How many epochs were finished.
        best_epoch: The epoch, counted from one, whose weights the model has; None for those of a part.
        interrupted: Whether Ctrl-C ended it.
        seconds: How long it took.
        words: What there is to say of the end; may be empty.
    """

    history: dict[str, list[float]]
    steps: int
    epochs: int
    best_epoch: int | None
    interrupted: bool
    seconds: float
    words: str


class Stopwatch(Callback):
    """Measures a training, without the time between two parts of it."""

    def __init__(self) -> None:
        super().__init__()
        self._before = 0.0
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return self._before + time.perf_counter() - self._started

    @property
    def reads_weights(self) -> bool:
        """Only the clock is read."""
        return False

    def get_state(self) -> dict[str, Any]:
        """Return the time so far."""
        return {"seconds": self.seconds}

    def set_state(self, state: dict[str, Any]) -> None:
        """Add the time of the part before."""
        self._before = state["seconds"]


def backup_of(run: RunFolder) -> BackupAndRestore:
    """Return the callback that keeps the backup of a run."""
    # Deleted when the results are written, too: until then there is something to continue.
    return BackupAndRestore(
        run.path / BACKUP,
        double_checkpoint=True,
        delete_checkpoint=False,
        every_seconds=SECONDS_BETWEEN_BACKUPS,
    )


def fit(run: RunFolder, model: Sequential, training: Data, validation: Data, *, quiet: bool) -> Outcome:
    """Train until the last epoch, the end of the patience, or Ctrl-C; the best epoch's weights stay.

    Args:
        run: The run, whose settings are followed and whose history is written.
        model: The compiled model.
        training: The data to train on.
        validation: The data to validate on.
        quiet: Whether to show no progress.

    Returns:
        How it ended.
    """
    chosen = run.settings.training
    stopping = EarlyStopping(patience=chosen.patience or chosen.epochs, restore_best_weights=True)
    watch, interrupted = Stopwatch(), False
    try:
        model.fit(
            training.x,
            training.y,
            batch_size=chosen.batch_size,
            epochs=chosen.epochs,
            verbose=0 if quiet else 1,
            callbacks=[stopping, CSVLogger(run.path / HISTORY), watch, backup_of(run)],
            validation_data=validation,
        )
    except KeyboardInterrupt:
        interrupted = True
        if stopping.best_weights is not None:
            model.set_weights(stopping.best_weights)
    history = model.history
    epochs = 0 if history is None else len(history.epoch)
    best = stopping.best_epoch + 1 if epochs else None
    return Outcome(
        history={} if history is None else history.history,
        steps=0 if model.optimizer is None else int(np.asarray(model.optimizer.iterations)),
        epochs=epochs,
        best_epoch=best,
        interrupted=interrupted,
        seconds=watch.seconds,
        words=_ending(epochs, best, chosen, stopped=stopping.stopped_epoch > 0),
    )


def _ending(epochs: int, best: int | None, chosen: TrainingSettings, *, stopped: bool) -> str:
    if best is None:
        return ""
    kept = f"the weights of epoch {best}, whose validation loss is the lowest, are kept."
    if stopped:
        return f"\nNo lower validation loss for {chosen.patience} epochs, so training ends after {epochs}; {kept}"
    return f"\n{kept.capitalize()}" if best < epochs else ""
