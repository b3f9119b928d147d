"""``ranvier inspect``: what a file or a run holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ranvier.cli.file_overview import overview
from ranvier.cli.inspected_run import show_run
from ranvier.storage.inspection import inspect_file

TABLES = frozenset(
    {
        ".arrow",
        ".csv",
        ".feather",
        ".json",
        ".jsonl",
        ".parquet",
        ".pq",
        ".psv",
        ".tsv",
        ".txt",
        ".xls",
        ".xlsx",
    }
)
"""The endings of the names of tables."""


def show_inspection(path: Path, reading: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a file of a model, a table, or the folder of a run holds.

    Args:
        path: The file or folder.
        reading: What is laid down about a table, by the name of its option; None or empty where it is not.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If it is none of these, or damaged.
        OSError: If it cannot be read.
    """
    if path.is_dir():
        show_run(path, as_json=as_json)
    elif str(path) == "-" or _is_pipe(path) or TABLES & {suffix.lower() for suffix in path.suffixes}:
        # What reads tables need not be imported to look at a model.
        from ranvier.cli.tables.inspection import show_table

        show_table(str(path), reading, as_json=as_json)
    else:
        report = inspect_file(path)
        click.echo(as_text(report.as_dict()) if as_json else overview(report))


def _is_pipe(path: Path) -> bool:
    """Tell whether a path is a pipe, such as the shell's ``<(...)``; models are not read from one, tables are."""
    return path.exists() and not path.is_file()


def as_text(values: dict[str, Any]) -> str:
    """Return JSON for people and programs."""
    return json.dumps(values, indent=2)
