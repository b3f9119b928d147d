"""The folder of a run: one place for a trained model and all that is known of it."""

from __future__ import annotations

import difflib
import itertools
import json
import math
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ranvier.errors import RunFolderError
from ranvier.report.run_settings import RunSettings, settings_from
from ranvier.report.settings_reading import damaged_settings
from ranvier.report.table_settings import TableRunSettings
from ranvier.storage.atomic import replacing

HOME = Path("runs")
"""Where runs are put that were given no folder, seen from the working directory."""

SETTINGS, METRICS, MODEL = "settings.json", "metrics.json", "model.safetensors"
HISTORY, REPORT = "history.csv", "report.txt"
BACKUP = "backup"


@dataclass(frozen=True)
class RunFolder:
    """A run on disk.

    Attributes:
        path: The folder.
        told: What the training was told, on images or on a table.
    """

    path: Path
    told: RunSettings | TableRunSettings

    @property
    def settings(self) -> RunSettings:
        """What the training of a run on images was told.

        Raises:
            RunFolderError: If it is a run on a table.
        """
        if isinstance(self.told, RunSettings):
            return self.told
        raise RunFolderError(
            f"The run {str(self.path)!r} was trained on the table {self.told.data_set!r}; a run on images, as made by "
            "`ranvier train digits`, is expected here."
        )

    @property
    def table(self) -> TableRunSettings:
        """What the training of a run on a table was told.

        Raises:
            RunFolderError: If it is a run on images.
        """
        if isinstance(self.told, TableRunSettings):
            return self.told
        raise RunFolderError(
            f"The run {str(self.path)!r} was trained on the images {self.told.data_set!r}; a run on a table, as "
            "made by `ranvier train data.csv --target COLUMN`, is expected here."
        )

    @property
    def model_path(self) -> Path:
        """The file of the model.

        Raises:
            RunFolderError: If it is missing.
        """
        path = self.path / MODEL
        if not path.is_file():
            raise RunFolderError(
                f"The run {str(self.path)!r} has no file {MODEL!r}, so it holds no trained model. If its training "
                f"was interrupted, `ranvier train --resume {self.path}` continues it; else train again."
            )
        return path

    def metrics(self) -> dict[str, Any]:
        """Return the results of the training.

        Raises:
            RunFolderError: If they are missing or cannot be read.
        """
        path = self.path / METRICS
        values = _read_json(path)
        if not isinstance(values, dict):
            raise RunFolderError(
                f"The results {str(path)!r} are missing or damaged; `ranvier evaluate {self.path}` computes those on "
                "the test data again."
            )
        return values

    @property
    def has_backup(self) -> bool:
        """Whether there is something to continue a training from."""
        return any((self.path / BACKUP).rglob("*.safetensors"))

    @property
    def is_finished(self) -> bool:
        """Whether the training came to its end, and all was written."""
        try:
            return not self.has_backup and self.metrics().get("interrupted") is False
        except RunFolderError:
            return False

    def write_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Write a file of JSON; a reader finds the old one or the new one, never a half.

        Raises:
            FileWriteError: If the disk is full, or the like.
        """
        self.write_text(name, json.dumps(_finite(values), indent=2, ensure_ascii=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a file of text, likewise."""
        with replacing(self.path / name) as file:
            file.write(text.encode())

    def forget_backup(self) -> None:
        """Remove what a training could be continued from: all is done."""
        with suppress(OSError):
            shutil.rmtree(self.path / BACKUP)

    def discard(self, *more: str) -> None:
        """Remove the folder of a run that came to nothing: what it says is known, there is no model.

        Args:
            *more: Names of further files that were written at its beginning.
        """
        self.forget_backup()
        for name in (SETTINGS, HISTORY, *more):
            with suppress(OSError):
                (self.path / name).unlink(missing_ok=True)
        with suppress(OSError):  # something else lies in it
            self.path.rmdir()


def create_run(
    settings: RunSettings | TableRunSettings, path: str | os.PathLike[str] | None = None
) -> RunFolder:
    """Make the folder of a new run and write its settings.

    Args:
        settings: What the training is told.
        path: The folder, new or empty; when None, ``runs/<date>-<data set>``, numbered where that exists.

    Returns:
        The run.

    Raises:
        RunFolderError: If the folder is not empty, or cannot be made.
        FileWriteError: If the settings cannot be written.
    """
    folder = None if path is None else Path(path)
    try:
        if folder is None:
            folder = _new_folder(f"{date.today().isoformat()}-{settings.data_set}")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise RunFolderError(
                    f"The folder {str(folder)!r} is not empty, and a run would mix with what lies there. Give a new "
                    "or empty folder, or leave `--output` out."
                )
    except OSError as error:
        raise RunFolderError(
            f"The folder {str(folder or HOME)!r} cannot be made: {(error.strerror or str(error)).lower()}. Give "
            "another one with `--output`."
        ) from error
    run = RunFolder(folder, settings)
    run.write_json(SETTINGS, settings.as_dict())
    return run


def open_run(path: str | os.PathLike[str]) -> RunFolder:
    """Open the folder of a run.

    Args:
        path: The folder.

    Returns:
        The run.

    Raises:
        RunFolderError: If it does not exist, holds no run, was made by a newer version, or is damaged.
    """
    folder = Path(path)
    if not folder.is_dir():
        found = "is a file" if folder.exists() else "does not exist"
        raise RunFolderError(
            f"Expected the folder of a run; received: {str(path)!r}, which {found}. {_hint(folder)}"
        )
    file = folder / SETTINGS
    if not file.is_file():
        raise RunFolderError(
            f"The folder {str(path)!r} is not a run: it has no file {SETTINGS!r}. {_hint(folder)}"
        )
    values = _read_json(file)
    if values is None:
        raise damaged_settings(str(file), "they cannot be read as JSON")
    return RunFolder(folder, settings_from(values, str(file)))


def _finite(values: Any) -> Any:
    """Return values with null in place of NaN and infinity, which are no JSON."""
    if isinstance(values, Mapping):
        return {name: _finite(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [_finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def _new_folder(name: str) -> Path:
    HOME.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = HOME / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir()
            break
    return folder


def _read_json(path: Path) -> Any:
    """Return what a file holds, or None if it cannot be read."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _hint(folder: Path) -> str:
    """Name the runs that may have been meant."""
    runs: list[str] = []
    for home in (folder, folder.parent, HOME):
        with suppress(OSError):
            runs += [str(each.parent) for each in sorted(home.glob(f"*/{SETTINGS}"))]
    unique = list(dict.fromkeys(runs))
    close = difflib.get_close_matches(str(folder), unique, n=1, cutoff=0.6) or unique[-1:]
    if close:
        return f"Did you mean {close[0]!r}?"
    return "`ranvier train digits` makes one."
