"""``ranvier evaluate``: the network of a run on the test data."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ranvier.cli.data import load, recipe_of
from ranvier.cli.sentences import headline
from ranvier.report.classification import classification_report
from ranvier.report.run_folder import open_run
from ranvier.report.trained import model_of


def show_evaluation(path: Path, *, as_json: bool) -> None:
    """Print how good the network of a run is.

    Args:
        path: The folder of the run.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If the folder holds no run, or the data cannot be had.
    """
    run = open_run(path)
    recipe = recipe_of(run)
    model = model_of(run)
    _, test, _ = load(recipe)
    report = classification_report(test.y, model.predict(test.x, verbose=0), run.settings.input.class_names)
    if as_json:
        click.echo(json.dumps({"run": str(path), "data_set": recipe.name, **report.as_dict()}, indent=2))
        return
    click.echo(f"{click.style(headline(report), bold=True)}\n\n{report.as_text()}")
