"""The results of every epoch as a line of a file."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ranvier import notices
from ranvier.appending import append_bytes, cut, make_folder, settle
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import is_ours


class CSVLogger(Callback):
    """Write the results of every epoch to a CSV file.

    The columns are ``epoch`` (counted from zero) and the logs of the first epoch, sorted; if it was
    not validated, columns for the validation are kept free. What an epoch lacks is written as ``NA``.

    A process that is killed leaves whole rows. A training that :class:`BackupAndRestore` continues cuts the
    file back to the rows before the backup, so that none stands twice.

    Args:
        filename: The file; missing folders are made.
        separator: What stands between two columns, one character.
        append: Whether to continue an existing file rather than replace it.
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self._needs_header = True
        self._anew = not append

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    def get_state(self) -> dict[str, Any]:
        """Return the columns, and the length of the file once it is on the disk."""
        return {"bytes": settle(self.filename), "keys": self.keys}

    def set_state(self, state: dict[str, Any]) -> None:
        """Cut the file back to the rows it had when the backup was made: the others will come again."""
        found = cut(self.filename, state["bytes"])
        if found < state["bytes"]:
            notices.warn(
                f"The file {self.filename!r} has fewer rows than when the backup of this training was made; those that "
                "are missing will not be written again."
            )
        self.keys = state["keys"]
        self._needs_header = found == 0
        self._anew = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Empty the file, or look whether the one to continue has its header."""
        make_folder(Path(self.filename).parent)
        self.keys = None
        self._anew = not self.append
        if self._anew and not self.resuming:
            self._empty()
        elif self.append:
            last = self._last_byte()
            self._needs_header = not last
            if last not in (b"", b"\n"):  # whoever wrote the last row did not come to its end
                append_bytes(self.filename, b"\r\n")

    def _empty(self) -> None:
        append_bytes(self.filename, b"")
        cut(self.filename, 0)
        self._needs_header = True
        self._anew = False

    def _last_byte(self) -> bytes:
        path = Path(self.filename)
        if not path.exists() or path.stat().st_size == 0:
            return b""
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        if self._anew:
            self._empty()
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.sep)
        if self._needs_header:
            writer.writerow(["epoch", *self.keys])
        writer.writerow([epoch, *(_cell(logs.get(key, "NA")) for key in self.keys)])
        # Whole rows at a time: nothing stays open or unwritten when training ends by an exception.
        append_bytes(self.filename, text.getvalue().encode())
        self._needs_header = False


def _cell(value: Any) -> Any:
    """Return what the writer can take; several numbers become one quoted list."""
    several = isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "ndim", 1) > 0
    return f'"[{", ".join(map(str, value))}]"' if several else value
