"""``ranvier inspect``: what a file or a run holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ranvier.cli.file_overview import overview
from ranvier.cli.inspected_run import show_run
from ranvier.errors import UnsupportedError
from ranvier.storage.inspection import inspect_file

TABLES = (".arrow", ".csv", ".feather", ".json", ".jsonl", ".parquet", ".tsv", ".xls", ".xlsx")
"""The endings of the names of tables."""


def show_inspection(path: Path, *, as_json: bool) -> None:
    """Print what a file of a model, a table, or the folder of a run holds.

    Args:
        path: The file or folder.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If it is none of these, or damaged.
        OSError: If it cannot be read.
    """
    if path.is_dir():
        show_run(path, as_json=as_json)
    elif path.suffix.lower() in TABLES:
        _show_table(path, as_json=as_json)
    else:
        report = inspect_file(path)
        click.echo(as_text(report.as_dict()) if as_json else overview(report))


def as_text(values: dict[str, Any]) -> str:
    """Return JSON for people and programs."""
    return json.dumps(values, indent=2)


def _show_table(path: Path, *, as_json: bool) -> None:
    """Print the columns of a table."""
    del as_json
    raise UnsupportedError(
        f"`ranvier inspect` shows files of models and folders of runs; received a table: {str(path)!r}."
    )
