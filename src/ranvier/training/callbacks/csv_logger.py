"""The results of every epoch as a line of a file."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import is_ours


class CSVLogger(Callback):
    """Write the results of every epoch to a CSV file.

    The columns are ``epoch`` (counted from zero) and the logs of the first epoch, sorted; if it was
    not validated, columns for the validation are kept free. What an epoch lacks is written as ``NA``.

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

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Empty the file, or look whether the one to continue has its header."""
        path = Path(self.filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.append:
            self._needs_header = not path.exists() or path.stat().st_size == 0
        else:
            self._needs_header = True
            path.write_bytes(b"")
        self.keys = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        # Opened for each line: nothing stays open or unwritten when training ends by an exception.
        with Path(self.filename).open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=self.sep)
            if self._needs_header:
                writer.writerow(["epoch", *self.keys])
                self._needs_header = False
            writer.writerow([epoch, *(_cell(logs.get(key, "NA")) for key in self.keys)])


def _cell(value: Any) -> Any:
    """Return what the writer can take; several numbers become one quoted list."""
    several = isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "ndim", 1) > 0
    return f'"[{", ".join(map(str, value))}]"' if several else value
