"""Saving the model while it trains."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import importlib
import inspect
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import notices
from ranvier.appending import make_folder
from ranvier.errors import ConfigurationError, RanvierError, unknown_name
from ranvier.training.callbacks.hooks import heard_when
from ranvier.training.callbacks.monitor import MonitorCallback, missing_value
from ranvier.training.callbacks.save_frequency import SaveFrequency
from ranvier.training.progress.terminal import print_message

if TYPE_CHECKING:
    from ranvier.training.callbacks.callback import Logs

_METADATA = "checkpoint"


class ModelCheckpoint(MonitorCallback):
    """Save the model after every epoch, after so many batches, or whenever it is the best so far.

    A file is replaced only by a complete one: an interruption or a full disk leaves the last
    checkpoint as it was. With ``save_best_only`` it tells the value it was saved for, and a training that is
    continued, from a backup or with ``initial_epoch``, does not replace it by a worse one; a training that
    begins anew does, as in Keras.

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
        self._continues: bool | None = None

    def get_state(self) -> dict[str, Any]:
        """Return the best value so far, and how many batches have passed since the last checkpoint."""
        return {"best": self.best, "frequency": self.frequency.get_state()}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        self.best = state["best"]
        self.frequency.set_state(state["frequency"])
        self._continues = self.best is not None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Expect a training of its own."""
        self._continues = None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch for checkpoints within it."""
        self._epoch = epoch
        if self._continues is None:
            self._continues = epoch > 0

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
        make_folder(path.parent)
        save: Any = self.model.save_weights if self.save_weights_only else self.model.save
        kept = getattr(self.model, "file_metadata", {})
        best = {**kept, _METADATA: {"monitor": self.monitor, "best": self.best}}
        known = self.save_best_only and self.best is not None and _takes_metadata(save)
        save(str(path), overwrite=True, **({"metadata": best} if known else {}))
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
        self._look_at(path)
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self.is_improvement(current, self.best):
            self._say(epoch, f"{self.monitor} did not improve from {best}")
            return False
        self._say(epoch, f"{self.monitor} improved from {best} to {current:.5f}, saving model to {path}")
        self.best = current
        return True

    def _look_at(self, path: Path) -> None:
        """Take up the best value that a file tells which this training, before it was interrupted, has written.

        The backup it is continued from may be older than the file; and one that is continued with ``initial_epoch``
        has none.
        """
        if not self._continues or not path.is_file():
            return
        # Training and storage lie on one floor; looked up in use, so that neither imports the other.
        reader = importlib.import_module("ranvier.storage.model_file")
        with suppress(OSError, RanvierError):
            found = reader.read_metadata(str(path)).get(_METADATA)
            best = found["best"] if isinstance(found, dict) and found.get("monitor") == self.monitor else None
            if isinstance(best, float) and self.is_improvement(best, self.best):
                self.best = best

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


def _takes_metadata(save: Any) -> bool:
    """Tell whether a method that a user's class may have replaced takes what is to be kept beside the model."""
    try:
        return "metadata" in inspect.signature(save).parameters
    except (TypeError, ValueError):
        return False
