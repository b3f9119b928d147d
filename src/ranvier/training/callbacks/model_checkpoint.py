"""Saving the model while it trains."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import notices
from ranvier.errors import ConfigurationError, unknown_name
from ranvier.training.callbacks.hooks import heard_when
from ranvier.training.callbacks.monitor import MonitorCallback, missing_value
from ranvier.training.callbacks.replacing import replace_when_complete
from ranvier.training.callbacks.save_frequency import SaveFrequency
from ranvier.training.progress.terminal import print_message

if TYPE_CHECKING:
    from ranvier.training.callbacks.callback import Logs


class ModelCheckpoint(MonitorCallback):
    """Save the model after every epoch, after so many batches, or whenever it is the best so far.

    A file is replaced only by a complete one: an interruption or a full disk leaves the last
    checkpoint as it was.

    Args:
        filepath: Where to save. May contain ``{epoch}`` (counted from one), ``{batch}`` and the names
            of the logs, with formats: ``"{epoch:02d}-{val_loss:.2f}.keras"``.
        monitor: The name in the logs of the value that tells the best.
        verbose: 1 to say what is saved, 0 not to.
        save_best_only: Whether to save only what is better than everything before.
        save_weights_only: Whether to call ``model.save_weights`` instead of ``model.save``.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        save_freq: ``"epoch"``, or a number of batches.
        initial_value_threshold: A value that the first saved model has to beat, or None.

    Raises:
        ConfigurationError: If ``save_freq`` is neither, ``filepath`` is a folder when it comes to
            saving, or names something that is not in the logs.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.frequency = SaveFrequency(save_freq)
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch for checkpoints within it."""
        self._epoch = epoch

    @heard_when(lambda callback: not callback.frequency.by_epoch)
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save if so many batches have passed."""
        if self.frequency.is_due(batch):
            self._checkpoint(self._epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save if it is done by epochs."""
        if self.save_best_only:
            self.direction()
        if self.frequency.by_epoch:
            self._checkpoint(epoch, None, logs or {})

    def _checkpoint(self, epoch: int, batch: int | None, logs: Logs) -> None:
        path = Path(self._format(epoch, batch, logs))
        if not self._should_save(epoch, path, logs):
            return
        if path.is_dir():
            raise ConfigurationError(
                f"`filepath` of ModelCheckpoint must be a file; received the existing folder: {path}."
            )
        save = self.model.save_weights if self.save_weights_only else self.model.save
        replace_when_complete(path, lambda target: save(target, overwrite=True))
        self._say(epoch, f"finished saving model to {path}")

    def _should_save(self, epoch: int, path: Path, logs: Logs) -> bool:
        if not self.save_best_only:
            self._say(epoch, f"saving model to {path}")
            return True
        current: Any = logs.get(self.monitor)
        if current is None:
            notices.warn(f"ModelCheckpoint saves without comparing: {missing_value(self.monitor, logs)}")
            return True
        if np.ndim(current) > 0:
            notices.warn(
                f"ModelCheckpoint saves without comparing: {self.monitor!r} is no single number; "
                f"received: {current!r:.100}."
            )
            return True
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self.is_improvement(current, self.best):
            self._say(epoch, f"{self.monitor} did not improve from {best}")
            return False
        self._say(epoch, f"{self.monitor} improved from {best} to {current:.5f}, saving model to {path}")
        self.best = current
        return True

    def _say(self, epoch: int, news: str) -> None:
        if self.verbose > 0:
            print_message(f"Epoch {epoch + 1}: {news}", below_bar=True)

    def _format(self, epoch: int, batch: int | None, logs: Logs) -> str:
        values = {"epoch": epoch + 1, **logs}
        if batch is not None:
            values.setdefault("batch", batch + 1)
        try:
            return self.filepath.format(**values)
        except KeyError as error:
            raise unknown_name(
                f"placeholder in the `filepath` {self.filepath!r}", error.args[0], values
            ) from None
