"""Continuing a training that was interrupted."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import importlib
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from ranvier import notices
from ranvier.appending import make_folder
from ranvier.errors import ConfigurationError, FileFormatError, NotBuiltError
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import heard_when
from ranvier.training.callbacks.save_frequency import SaveFrequency

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARE = 20
"""A backup by the clock waits so many times as long as the last one took to write."""


class Backup(Protocol):
    """What was read from a file: :class:`ranvier.storage.backup.Backup`."""

    @property
    def epoch(self) -> int:
        """The epoch to continue with, counted from zero."""

    @property
    def step(self) -> int:
        """The number of its steps already done."""

    @property
    def state(self) -> Mapping[str, Any]:
        """What the training and its callbacks remember."""

    def restore(self, model: Any) -> None:
        """Put weights and the state of the optimizer back."""


class BackupStore(Protocol):
    """What writes and reads the file of a backup: :mod:`ranvier.storage.backup`."""

    def save_backup(self, path: str, model: Any, *, epoch: int, step: int, state: Mapping[str, Any]) -> None:
        """Write all that training has changed."""

    def read_backup(self, path: str) -> Backup:
        """Read and check a file, without changing anything.

        Raises:
            OSError: If the file cannot be read.
            FileFormatError: If it is damaged.
        """


class BackupAndRestore(Callback):
    """Keep a backup while training runs, and continue from it when the same program starts again.

    A training that was killed goes on at the very step of the last backup, within an epoch too, and ends
    with the same weights and history, bit for bit, as if nothing had happened: the backup holds the
    weights, the optimizer, the seeds, the sums of the epoch, and what the other callbacks remember
    (:meth:`Callback.get_state`). Ctrl-C is answered with a backup first. When training ends as it should,
    the backup is deleted.

    Args:
        backup_dir: The folder of the backup; not to be shared with another training.
        save_freq: ``"epoch"``, or the number of batches between two backups.
        double_checkpoint: Whether to keep the backup before the last, too, for when that is damaged.
        delete_checkpoint: Whether to delete the backup when training has ended.
        every_seconds: Instead of ``save_freq``: the least time between two backups, in seconds. Backups are
            then made wherever the loop stands, and rarer where one takes long to write.

    Raises:
        ConfigurationError: If ``backup_dir`` is empty, ``save_freq`` is neither, or the time is negative.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        *,
        every_seconds: float | None = None,
    ) -> None:
        super().__init__()
        if not os.fspath(backup_dir):
            raise ConfigurationError(f"`backup_dir` must name a folder; received: {backup_dir!r}.")
        if every_seconds is not None and not (every_seconds >= 0 and save_freq == "epoch"):
            raise ConfigurationError(
                "`every_seconds` must be a time of at least 0, given without `save_freq`; received: "
                f"every_seconds={every_seconds!r}, save_freq={save_freq!r}."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.every_seconds = every_seconds
        self.frequency = SaveFrequency(save_freq)
        self.driven = False
        self.keeps_end = False
        self._parts: list[BackupAndRestore] = []
        self._latest = Path(self.backup_dir) / "latest.safetensors"
        self._previous = Path(self.backup_dir) / "previous.safetensors"
        self._found: Backup | None = None
        self._epoch = 0
        self._wait_until = 0.0

    @property
    def reads_weights(self) -> bool:
        """Whether backups may be made by the hooks alone; a loop that drives them shows the weights itself."""
        return not self.driven

    def part(self, name: str) -> BackupAndRestore:
        """Return the callback that keeps the backup of one of several trainings that belong together.

        The backup lies in a folder of its own, holds the end of the training too, so that one that is finished is not
        repeated, and stays until the whole is deleted.

        Args:
            name: The name of the folder, the same when the program starts again.
        """
        part = BackupAndRestore(
            Path(self.backup_dir) / name,
            self.save_freq,
            self.double_checkpoint,
            delete_checkpoint=False,
            every_seconds=self.every_seconds,
        )
        part.keeps_end = True
        self._parts.append(part)
        return part

    # -- restoring ------------------------------------------------------------------------------

    def find(self) -> Backup | None:
        """Read the backup, if there is one.

        Raises:
            FileFormatError: If it is damaged and there is none before it.
        """
        self._found = None
        found = [path for path in (self._latest, self._previous) if path.exists()]
        for path in found[:-1]:
            try:
                self._found = _store().read_backup(str(path))
            except (OSError, FileFormatError) as error:
                notices.warn(f"Continuing from the backup before the last: {error}")
            else:
                return self._found
        if found:
            try:
                self._found = _store().read_backup(str(found[-1]))
            except FileFormatError as error:
                raise FileFormatError(
                    f"{error} Or delete the folder {self.backup_dir!r} to begin the training anew."
                ) from error
        return self._found

    def forget(self) -> None:
        """Let go of what was read of the backup."""
        self._found = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Restore the backup, if there is one, and say where to continue."""
        found = self._found if self.driven else self.find()
        self.resumed_epoch = None
        self._wait_until = time.monotonic() + (self.every_seconds or 0.0)
        if found is None:
            self.frequency.begin()
            return
        if not getattr(self.model, "built", True):
            raise NotBuiltError(
                f"There is a backup in {self.backup_dir!r}, but the model has no weights yet to restore it "
                "to. Give the input shape before `fit`: with an `Input` layer, or `model.build(shape)`."
            )
        found.restore(self.model)
        self.frequency.begin(found.step)
        self.resumed_epoch = found.epoch

    # -- saving ---------------------------------------------------------------------------------

    def steps_left(self) -> int | None:
        """Return after how many batches the next backup is due, or None if batches do not decide."""
        return None if self.frequency.by_epoch else self.frequency.left

    def is_due(self, batch: int | None) -> bool:
        """Tell whether it is time.

        Args:
            batch: The last batch of the epoch that was trained on; None at the end of an epoch.
        """
        if self.every_seconds is not None:
            return time.monotonic() >= self._wait_until
        if batch is None:
            return self.frequency.by_epoch
        return self.frequency.is_due(batch)

    def save(self, epoch: int, step: int, state: Mapping[str, Any]) -> None:
        """Write a backup.

        Args:
            epoch: The epoch to continue with, counted from zero.
            step: The number of its steps already done.
            state: What the training and its callbacks remember.

        Raises:
            FileWriteError: If the system refuses; the backup before is untouched.
        """
        began = time.monotonic()
        make_folder(self.backup_dir)
        if self.double_checkpoint and self._latest.exists():
            self._latest.replace(self._previous)
        _store().save_backup(str(self._latest), self.model, epoch=epoch, step=step, state=state)
        ended = time.monotonic()
        self._wait_until = ended + max(self.every_seconds or 0.0, _SHARE * (ended - began))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch for backups within it."""
        self._epoch = epoch

    @heard_when(lambda callback: not callback.frequency.by_epoch and not callback.driven)
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save if so many batches have passed, in a loop of the user's own."""
        if not self.driven and self.is_due(batch):
            self.save(self._epoch, batch + 1, {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save if it is time, in a loop of the user's own."""
        if not self.driven and self.is_due(None):
            self.save(epoch + 1, 0, {})

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Delete the backup: there is nothing left to continue."""
        if self.delete_checkpoint:
            self.delete()

    def delete(self) -> None:
        """Delete the backup and its parts, and their folders if nothing else lies there."""
        for part in self._parts:
            part.delete()
        for path in (self._latest, self._previous):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # other files lie in the folder, or it was never made
            Path(self.backup_dir).rmdir()


def _store() -> BackupStore:
    # Training and storage lie on one floor; looked up in use, so that neither imports the other.
    return cast("BackupStore", importlib.import_module("ranvier.storage.backup"))
