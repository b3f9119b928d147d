"""``ranvier convert``: a model into a file of another format."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ranvier.cli.exporting import is_table
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.models.conversion import PROGRAMS, convert_model
from ranvier.report.run_folder import open_run


def show_conversion(source: Path, target: Path, *, force: bool, as_json: bool) -> None:
    """Convert a file, or the model of a run, and print how it went.

    Args:
        source: A file of a model, or the folder of a run.
        target: The file to write.
        force: Whether it may be replaced.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If the source cannot be read, or the target cannot hold the model.
    """
    if is_table(source):
        _convert_table(source, target, force=force, as_json=as_json)
        return
    path = open_run(source).model_path if source.is_dir() else source
    done = convert_model(path, target, overwrite=force)
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
        return
    if not done.rows:
        compared = "nothing was predicted for comparison, since the inputs of the model are not known"
    elif done.difference is None:
        compared = f"it predicts as {path} does"
    else:
        compared = f"it predicts {done.rows} rows as {path} does, to within {done.difference:.3g}"
    click.echo(f"{target}: {compared}.")
    for each in done.left_out:
        click.echo(f"Not carried over: {each}.")


def _convert_table(source: Path, target: Path, *, force: bool, as_json: bool) -> None:
    # What reads tables need not be imported for other models.
    from ranvier.cli.tables.exporting import export_table

    if not target.name.endswith(PROGRAMS):
        raise UnsupportedError(
            f"{str(source)!r} holds an estimator for tables, which files ending in {' or '.join(PROGRAMS)} can hold "
            f"beside Ranvier's own; received: {str(target)!r}."
        )
    if target.exists() and not force:
        raise ConfigurationError(
            f"The file {str(target)!r} exists already. Choose another name, or add `--force` to replace it."
        )
    export_table(source, target, verbose=not as_json)
    if as_json:
        click.echo(json.dumps({"source": str(source), "target": str(target), "left_out": []}, indent=2))
