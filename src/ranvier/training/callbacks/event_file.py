"""A file of events for TensorBoard, written a little behind."""

from __future__ import annotations

import itertools
import os
import socket
import time
from typing import TYPE_CHECKING

from ranvier.appending import append_bytes, make_folder
from ranvier.training.callbacks.event_records import file_version_event, record, summary_event

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS_BEHIND = 2.0
_numbers = itertools.count()


class EventFile:
    """Append events to a new file of a folder.

    The file is opened for each writing only: nothing stays open when training ends by an exception.

    Args:
        folder: The folder; it is made when the first event is written.
    """

    def __init__(self, folder: Path) -> None:
        # The name must contain "tfevents"; the rest keeps the files of different trainings apart.
        name = (
            f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}.v2"
        )
        self.path = folder / name
        self._waiting = [record(file_version_event(time.time()))]
        self._written = time.monotonic()

    def add(self, value: bytes, step: int) -> None:
        """Add one summary value at a step."""
        self._waiting.append(record(summary_event(time.time(), step, value)))
        if time.monotonic() - self._written > _SECONDS_BEHIND:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        make_folder(self.path.parent)
        append_bytes(self.path, b"".join(self._waiting))
        self._waiting = []
        self._written = time.monotonic()
