"""From a file or a folder to a model that answers."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ranvier.errors import FileFormatError
from ranvier.models import load_model, read_metadata
from ranvier.report.run_folder import open_run
from ranvier.report.trained import model_of
from ranvier.serving.arrays import ArrayModel
from ranvier.serving.pictures import PictureModel
from ranvier.serving.served import Served

CLASS_NAMES = "class_names"
"""Under this name ``save_model(metadata=...)`` keeps the names of the classes."""

_ATTEMPTS = 3


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model that was read from the disk.

    Attributes:
        model: The model.
        name: The name of its file or folder.
        digest: SHA-256 of the file of the model, in hexadecimal digits.
        time: When it was read, in seconds since 1970.
    """

    model: Served
    name: str
    digest: str
    time: float


def open_served(path: Path, most_rows: int) -> Loaded:
    """Read a model, and do once what would make its first clients wait.

    Args:
        path: A file that :func:`ranvier.models.load_model` reads, or the folder of a run.
        most_rows: The most rows that will be predicted at once.

    Raises:
        RanvierError: If it cannot be read or served.
        OSError: If the file cannot be read.
    """
    for _ in range(_ATTEMPTS):
        file = open_run(path).model_path if path.is_dir() else path
        digest = _digest(file)
        model = _run(path) if path.is_dir() else _file(path)
        # What was replaced in the meantime would answer under the digest of another file.
        if _digest(file) == digest:
            model.warm_up(most_rows)
            return Loaded(model, path.resolve().name, digest, time.time())
    raise FileFormatError(
        f"The file {str(file)!r} changes again and again while it is read. Let its writer finish."
    )


def _run(path: Path) -> Served:
    run = open_run(path)
    image = run.settings.input
    title = f"Network trained on {run.settings.data_set}"
    return PictureModel(ArrayModel(model_of(run), title, image.class_names), image)


def _file(path: Path) -> Served:
    model = load_model(path, compile=False)
    names: object = None
    with suppress(FileFormatError):  # a file of Keras has no such place
        names = read_metadata(path).get(CLASS_NAMES)
    listed = isinstance(names, list | tuple)
    return ArrayModel(model, f"Model {path.stem}", list(map(str, names)) if listed else ())  # type: ignore[call-overload]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
