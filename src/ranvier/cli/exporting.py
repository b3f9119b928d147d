"""``ranvier export``: a model as a file that predicts without Ranvier."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from ranvier.errors import ConfigurationError, FileFormatError
from ranvier.exports.exporting import chosen_format
from ranvier.models import load_model
from ranvier.report.run_folder import open_run
from ranvier.report.trained import model_of
from ranvier.storage.model_file import read_kind

CLASS_NAMES = "class_names"
"""Under this name a file of a model keeps the names of the classes."""


def export(source: Path, target: Path, *, input_dtype: str | None, title: str | None, force: bool) -> None:
    """Write the model of a run or of a file, and print a line about it.

    Args:
        source: The folder of a run, or a file of a model.
        target: The file to write.
        input_dtype: The dtype in which data enter the file; the model's own when None.
        title: What the file says it is; told from the source when None.
        force: Whether the file may be replaced.

    Raises:
        RanvierError: If the source cannot be read, or the model has no form in such a file.
    """
    chosen_format(target, None)
    if target.exists() and not force:
        raise ConfigurationError(
            f"The file {str(target)!r} exists already; received no --force. Choose another name."
        )
    if is_table(source):
        # What reads tables need not be imported for other models.
        from ranvier.cli.tables.exporting import export_table

        export_table(source, target, input_dtype=input_dtype, title=title)
        return
    model, names, known = _run(source) if source.is_dir() else _file(source)
    model.export(target, verbose=True, input_dtype=input_dtype, class_names=names, title=title or known)


def is_table(path: Path) -> bool:
    """Tell whether a run, or a file, holds an estimator for tables."""
    if path.is_dir():
        return open_run(path).told.kind == "table"
    with suppress(FileFormatError):  # a file of Keras does not tell
        return read_kind(path) == "estimator"
    return False


def _run(path: Path) -> tuple[Any, Any, str]:
    run = open_run(path)
    return model_of(run), run.settings.input.class_names, f"Network trained on {run.settings.data_set}"


def _file(path: Path) -> tuple[Any, Any, str]:
    model = load_model(path, compile=False)
    return model, model.file_metadata.get(CLASS_NAMES), f"Model {path.stem}"
