"""From a file or a folder to a model that answers."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ranvier.errors import ConfigurationError, FileFormatError
from ranvier.models import load_model, read_metadata
from ranvier.report.run_folder import open_run
from ranvier.report.table_settings import TableRunSettings
from ranvier.report.trained import model_of
from ranvier.serving.arrays import ArrayModel
from ranvier.serving.pictures import digit_model, image_model
from ranvier.serving.served import Served
from ranvier.storage.model_file import read_kind

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


@dataclass(frozen=True)
class Origin:
    """Where a model is read from, and how it is served.

    Attributes:
        path: A file that :func:`ranvier.models.load_model` reads, or the folder of a run.
        pixels: What white becomes in pictures for a model that knows nothing of pictures; None for no pictures.
    """

    path: Path
    pixels: float | None = None


def open_served(origin: Origin, most_rows: int) -> Loaded:
    """Read a model, and do once what would make its first clients wait.

    Args:
        origin: Where from.
        most_rows: The most rows that will be predicted at once.

    Raises:
        RanvierError: If it cannot be read or served.
        OSError: If the file cannot be read.
    """
    path = origin.path
    for _ in range(_ATTEMPTS):
        file = open_run(path).model_path if path.is_dir() else path
        digest = _digest(file)
        model = _run(origin) if path.is_dir() else _file(origin)
        # What was replaced in the meantime would answer under the digest of another file.
        if _digest(file) == digest:
            model.warm_up(most_rows)
            return Loaded(model, path.name or path.resolve().name, digest, time.time())
    raise FileFormatError(
        f"The file {str(file)!r} changes again and again while it is read. Let its writer finish."
    )


def _run(origin: Origin) -> Served:
    run = open_run(origin.path)
    if origin.pixels is not None:
        raise ConfigurationError(
            f"The run {str(origin.path)!r} knows its pixels; leave `--pixels` out, which is for files of models."
        )
    if isinstance(run.told, TableRunSettings):
        return _table_run(origin)
    image = run.settings.input
    title = f"Network trained on {run.settings.data_set}"
    return digit_model(ArrayModel(model_of(run), title, image.class_names), image)


def _file(origin: Origin) -> Served:
    path, kind, names = origin.path, "model", None
    with suppress(FileFormatError):  # a file of Keras is always one of a model
        kind = read_kind(path)
    with suppress(FileFormatError):
        names = read_metadata(path).get(CLASS_NAMES)
    if kind == "estimator":
        return _estimator(origin)
    class_names = list(map(str, names)) if isinstance(names, list | tuple) else []
    arrays = ArrayModel(load_model(path, compile=False), f"Model {path.stem}", class_names)
    return arrays if origin.pixels is None else image_model(arrays, arrays.input_shape, origin.pixels)


def _table_run(origin: Origin) -> Served:
    # As for an estimator.
    from ranvier.report.table_run import open_table_run
    from ranvier.serving.tables import TableModel

    run = open_table_run(origin.path)
    table = run.settings.table
    return TableModel(
        run.estimator,
        f"{table.target} of {run.settings.data_set}",
        table.target,
        [table.target, *table.left_out],
        {column.name: column.form for column in table.columns},
    )


def _estimator(origin: Origin) -> Served:
    # scikit-learn and Arrow take a second to import, and other models do without.
    from ranvier.estimators import load_estimator
    from ranvier.serving.tables import TableModel

    if origin.pixels is not None:
        raise ConfigurationError(
            f"The file {str(origin.path)!r} holds an estimator of tables, which takes no pictures; leave "
            "`--pixels` out."
        )
    estimator = load_estimator(origin.path)
    return TableModel(estimator, f"{type(estimator).__name__} {origin.path.stem}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
