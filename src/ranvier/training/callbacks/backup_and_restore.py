"""Continuing a training that was interrupted."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from ranvier import notices
from ranvier.errors import ConfigurationError, FileFormatError, NotBuiltError
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import heard_when
from ranvier.training.callbacks.replacing import replace_when_complete
from ranvier.training.callbacks.save_frequency import SaveFrequency

if TYPE_CHECKING:
    from collections.abc import Mapping


class BackupStore(Protocol):
    """What writes and reads the file of a backup: :mod:`ranvier.storage.backup`."""

    def save_backup(self, path: str, model: Any, *, epoch: int, step: int) -> None:
        """Write all that training has changed: weights, the optimizer's state and iterations, seeds.

        Args:
            path: The file.
            model: The model that is being trained.
            epoch: The epoch to continue with, counted from zero.
            step: The number of its steps already done.
        """

    def load_backup(self, path: str, model: Any) -> Mapping[str, int]:
        """Put it all back into a model of the same architecture.

        Returns:
            ``{"epoch": ..., "step": ...}`` as saved.

        Raises:
            OSError: If the file cannot be read.
            FileFormatError: If it is damaged.
        """


class BackupAndRestore(Callback):
    """Keep a backup while training runs, and continue from it when the same program starts again.

    A training interrupted within an epoch begins that epoch again. When training ends as it should,
    the backup is deleted.

    Args:
        backup_dir: The folder of the backup; not to be shared with another training.
        save_freq: ``"epoch"``, or the number of batches between two backups.
        double_checkpoint: Whether to keep the backup before the last, too, for when that is damaged.
        delete_checkpoint: Whether to delete the backup when training has ended.

    Raises:
        ConfigurationError: If ``backup_dir`` is empty or ``save_freq`` is neither.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not os.fspath(backup_dir):
            raise ConfigurationError(f"`backup_dir` must name a folder; received: {backup_dir!r}.")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.frequency = SaveFrequency(save_freq)
        self._latest = Path(self.backup_dir) / "latest.safetensors"
        self._previous = Path(self.backup_dir) / "previous.safetensors"
        self._epoch = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Restore the backup, if there is one, and say where to continue."""
        self.resumed_epoch = None
        found = [path for path in (self._latest, self._previous) if path.exists()]
        if not found:
            return
        if not getattr(self.model, "built", True):
            raise NotBuiltError(
                f"There is a backup in {self.backup_dir!r}, but the model has no weights yet to restore it "
                "to. Give the input shape before `fit`: with an `Input` layer, or `model.build(shape)`."
            )
        self.resumed_epoch = self._restore(found)["epoch"]

    def _restore(self, paths: list[Path]) -> Mapping[str, int]:
        for path in paths[:-1]:
            try:
                return _store().load_backup(str(path), self.model)
            except (OSError, FileFormatError) as error:
                notices.warn(f"Continuing from the backup before the last: {error}")
        return _store().load_backup(str(paths[-1]), self.model)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch for backups within it."""
        self._epoch = epoch

    @heard_when(lambda callback: not callback.frequency.by_epoch)
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save if so many batches have passed."""
        if self.frequency.is_due(batch):
            self._save(self._epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save if it is done by epochs."""
        if self.frequency.by_epoch:
            self._save(epoch + 1, 0)

    def _save(self, epoch: int, step: int) -> None:
        replace_when_complete(
            self._latest,
            lambda path: _store().save_backup(path, self.model, epoch=epoch, step=step),
            keep=self._previous if self.double_checkpoint else None,
        )

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Delete the backup: there is nothing left to continue."""
        if not self.delete_checkpoint:
            return
        for path in (self._latest, self._previous):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # other files lie in the folder, or it was never made
            Path(self.backup_dir).rmdir()


def _store() -> BackupStore:
    # Training and storage lie on one floor; looked up in use, so that neither imports the other.
    return cast("BackupStore", importlib.import_module("ranvier.storage.backup"))
