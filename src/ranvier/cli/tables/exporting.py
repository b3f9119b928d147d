"""``ranvier export`` for estimators of tables: those of runs, and those in files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ranvier.estimators import load_estimator
from ranvier.estimators.tables.exporting import export_table_estimator
from ranvier.exports.program import READING
from ranvier.report.table_run import TableRun, open_table_run
from ranvier.tables.dates import ISO, ISO_ZONED


def export_table(
    source: Path,
    target: Path,
    *,
    input_dtype: str | None = None,
    title: str | None = None,
    verbose: bool = True,
) -> None:
    """Write the estimator of a run or of a file, and print a line about it.

    Args:
        source: The folder of the run, or the file.
        target: The file to write.
        input_dtype: The dtype in which numbers enter the file; single precision when None.
        title: What the file says it is; told from the source when None.
        verbose: Whether to print the line.
    """
    reading, known = READING, f"Estimator {source.stem}"
    if source.is_dir():
        run = open_table_run(source)
        estimator, reading, known = run.estimator, _reading(run), _title(run)
    else:
        estimator = load_estimator(source)
    export_table_estimator(
        estimator,
        target,
        None,
        verbose=verbose,
        input_dtype=input_dtype or "float32",
        title=title or known,
        reading=reading,
    )


def _title(run: TableRun) -> str:
    table = run.settings.table
    return f"Network trained on {Path(table.path).name}: predicts {table.target}"


def _reading(run: TableRun) -> Mapping[str, Any]:
    """Return how the run reads tables, as an exported program needs it."""
    options = run.reading()
    kinds = {"integer": "number", "empty": "text"}
    forms = {column.name: column.form for column in run.columns if column.type == "date"}
    return {
        **READING,
        "missing": tuple(dict.fromkeys(["", *options.missing])),
        "decimal": options.point,
        "thousands": options.thousands,
        "types": {column.name: kinds.get(column.type, column.type) for column in run.columns},
        "dates": {name: form for name, form in forms.items() if form not in (None, ISO, ISO_ZONED)},
    }
