"""``ranvier evaluate``: the network of a run on the test data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ranvier.cli.data import load, recipe_of
from ranvier.cli.sentences import headline
from ranvier.errors import ConfigurationError, RunFolderError
from ranvier.report.classification import classification_report
from ranvier.report.run_folder import open_run
from ranvier.report.trained import model_of


def show_evaluation(path: Path, table: str | None, reading: Mapping[str, Any], *, as_json: bool) -> None:
    """Print how good the network of a run is.

    Args:
        path: The folder of the run.
        table: The table to test a run on a table on; None for a run on images.
        reading: What is laid down about the table, by the name of its option; None or empty where it is not.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If the folder holds no run, or the data cannot be had.
    """
    run = open_run(path)
    given = [name for name, value in reading.items() if value not in (None, ())]
    if given and table is None:
        raise ConfigurationError(
            f"`--{given[0].replace('_', '-')}` tells how a TABLE is to be read, and none is given: `ranvier evaluate "
            f"{path} new.csv`."
        )
    if run.told.kind == "table":
        # What reads tables need not be imported to test on images.
        from ranvier.cli.tables.evaluation import evaluate_table

        evaluate_table(path, table, reading, as_json=as_json)
        return
    if table is not None:
        raise RunFolderError(
            f"The run {str(path)!r} was trained on {run.told.data_set}, and is tested on the test data of that; leave "
            f"{table!r} out."
        )
    recipe = recipe_of(run)
    model = model_of(run)
    _, test, _ = load(recipe)
    report = classification_report(test.y, model.predict(test.x, verbose=0), run.settings.input.class_names)
    if as_json:
        click.echo(json.dumps({"run": str(path), "data_set": recipe.name, **report.as_dict()}, indent=2))
        return
    click.echo(f"{click.style(headline(report), bold=True)}\n\n{report.as_text()}")
