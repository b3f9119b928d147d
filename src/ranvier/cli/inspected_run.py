"""``ranvier inspect RUN``: the file of a run's model, and what the run adds to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ranvier.cli.file_overview import overview, plain
from ranvier.errors import RunFolderError
from ranvier.report.run_folder import RunFolder, open_run
from ranvier.storage.inspection import inspect_file


def show_run(path: Path, *, as_json: bool) -> None:
    """Print what the model file of a run holds, its settings and its results.

    Args:
        path: The folder.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If the folder holds no run, or a file in it is damaged.
    """
    run = open_run(path)
    report = inspect_file(run.model_path)
    settings, results = run.told.as_dict(), _results(run)
    if as_json:
        told = {"run": str(path), "settings": settings, "results": results, "model": report.as_dict()}
        click.echo(json.dumps(told, indent=2))
        return
    facts = {
        "Run": str(path),
        "Data set": settings.get("data_set"),
        "Begun": settings.get("created"),
        "Test": _scores(results.get("test")),
    }
    lines = [f" {name:<8}  {plain(value)}" for name, value in facts.items() if value]
    click.echo("\n".join([overview(report), "", *lines]))


def _results(run: RunFolder) -> dict[str, Any]:
    try:
        return run.metrics()
    except RunFolderError:
        return {}


def _scores(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    return ", ".join(f"{name} {value:.6g}" for name, value in part.items() if isinstance(value, int | float))
