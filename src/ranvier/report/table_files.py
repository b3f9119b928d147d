"""The files of a run on a table besides its model: results, history, figures and the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ranvier import plots
from ranvier.plots.calibration import calibration_of
from ranvier.report.page.building import page_of
from ranvier.report.page.rendering import render
from ranvier.report.run_folder import HISTORY, METRICS, RunFolder
from ranvier.report.table_results import TableResults
from ranvier.storage.atomic import replacing

PLAN, SCHEMA, PAGE = "settings.toml", "schema.json", "report.html"

_MOST_CLASSES = 60  # that a picture of a confusion matrix can show


def write_results(run: RunFolder, results: TableResults) -> None:
    """Write the results, the history and the page.

    Args:
        run: The run.
        results: What came out.

    Raises:
        FileWriteError: If the disk is full, or the like.
    """
    run.write_json(METRICS, results.metrics())
    if results.history:
        run.write_text(HISTORY, history_text(results.history))
    run.write_text(PAGE, render(page_of(results)))


def history_text(history: Mapping[str, Sequence[float]]) -> str:
    """Return a history as CSV, a row for each epoch; what has fewer values is empty at the end."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *history])
    for epoch in range(max(len(values) for values in history.values())):
        cells = [repr(float(values[epoch])) if epoch < len(values) else "" for values in history.values()]
        writer.writerow([epoch, *cells])
    return text.getvalue()


def write_figures(run: RunFolder, results: TableResults) -> None:
    """Draw curves, errors, calibration and importances.

    Args:
        run: The run.
        results: What came out.

    Raises:
        FileWriteError: If the disk is full, or the like.
    """
    target = results.settings.table.target
    if any(len(values) > 1 for values in results.history.values()):
        _save(run, "curves.png", plots.history_curves(results.history))
    if results.class_names is None:
        _save(run, "errors.png", plots.prediction_errors(results.y_true, results.predicted))
    else:
        known = results.y_true >= 0
        y, predicted = results.y_true[known], results.predicted[known]
        if len(y):
            if len(results.class_names) <= _MOST_CLASSES:
                _save(run, "confusion.png", plots.confusion_matrix(y, predicted, results.class_names))
            title = f"Calibration error {calibration_of(y, predicted).error:.3f}"
            _save(run, "calibration.png", plots.calibration_curve(y, predicted, results.class_names, title))
    if results.importances:
        found = results.importances
        figure = plots.importances(
            list(found),
            [value.permutation for value in found.values()],
            [value.spread for value in found.values()],
            label="rise of the error when the column is shuffled",
            title=f"What {target} is predicted from" if "$" not in target else None,
        )
        _save(run, "importances.png", figure)


def _save(run: RunFolder, name: str, figure: Any) -> None:
    with replacing(run.path / name) as file:
        figure.savefig(file, format="png")
