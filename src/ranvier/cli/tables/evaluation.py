"""``ranvier evaluate RUN [TABLE]``: how good a model is on a table that tells the target, or on its own test rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np

from ranvier.cli.listing import plain
from ranvier.cli.tables.overview import remark_lines
from ranvier.cli.tables.own_rows import own_test_rows
from ranvier.cli.tables.scoring import score_lines
from ranvier.errors import DataError
from ranvier.report.classification import ClassificationReport, classification_report
from ranvier.report.scores import classification_scores, regression_scores
from ranvier.report.table_results import MODEL_NAME
from ranvier.report.table_run import TableRun, open_table_run
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.sources import open_source
from ranvier.tables.target import class_numbers
from ranvier.tables.wording import counted

_SHOWN = 5
_MOST_CLASSES = 60


def evaluate_table(folder: Path, path: str | None, reading: Mapping[str, Any], *, as_json: bool) -> None:
    """Print how good the predictions for a table are.

    Args:
        folder: The folder of the run.
        path: The table, or ``-`` for standard input; None for the test rows of the run.
        reading: What is laid down about it, by the name of its option; None or empty where it is not.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If the table lacks columns, the target among them, or cannot be read.
    """
    run = open_table_run(folder)
    if path is None:
        y, frame = own_test_rows(run)
        rows, (labels, probabilities) = len(y), run.predict(frame)
        predicted = labels if probabilities is None else probabilities
    else:
        y, predicted, rows = _predictions(run, path, run.reading(reading))
    remarks = []
    if len(y) < rows:
        lost = rows - len(y)
        remarks.append(
            f"The target {run.target.name!r} is missing in {lost:,} of {rows:,} rows; these are left out."
        )
    report = None
    if run.settings.task == "classification":
        classes = run.estimator.classes_
        numbers = class_numbers(y, classes)
        unknown = sorted({str(value) for value in y[numbers < 0]})
        if unknown:
            shown = ", ".join(repr(each) for each in unknown[:_SHOWN]) + (
                ", ..." if len(unknown) > _SHOWN else ""
            )
            remarks.append(f"Classes that the model was not trained on count as mistakes: {shown}.")
        scores = classification_scores(numbers, predicted)
        known = numbers >= 0
        if known.any():
            report = classification_report(numbers[known], predicted[known], [str(each) for each in classes])
    else:
        scores = regression_scores(y, predicted)
    if as_json:
        detail: dict[str, Any] = {} if report is None else report.as_dict()
        told = {
            "run": str(run.folder.path),
            "table": run.settings.table.path if path is None else path,
            **detail,
            **scores,
            "rows": len(y),
            "remarks": remarks,
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo("\n".join(_lines(run, path, len(y), scores, report, remarks)))


def _predictions(
    run: TableRun, path: str, options: ReadingOptions
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], int]:
    truths, predictions, rows = [], [], 0
    with open_source(path, options) as source:
        if run.target.name not in source.names:
            raise DataError(
                f"The table {source.origin.name!r} has no column {run.target.name!r}, so there is nothing to compare "
                "predictions with. `ranvier predict` predicts it."
            )
        for frame, others in run.blocks(source, options, [run.target]):
            rows += frame.num_rows
            target = others.column(0)
            given = target.is_valid()
            truths.append(target.filter(given).to_numpy())
            labels, probabilities = (
                run.predict(frame.filter(given)) if frame.filter(given).num_rows else (None, None)
            )
            if labels is not None:
                predictions.append(labels if probabilities is None else probabilities)
    if not predictions:
        raise DataError(f"No row of {path!r} has a value of the target {run.target.name!r}.")
    return np.concatenate(truths), np.concatenate(predictions), rows


def _lines(
    run: TableRun,
    path: str | None,
    rows: int,
    scores: dict[str, float],
    report: ClassificationReport | None,
    remarks: list[str],
) -> list[str]:
    own = f"the test rows of {run.settings.table.path}"
    title = f"{run.target.name} of {own if path is None else path}: {counted(rows, 'row')}"
    lines = [click.style(plain(title), bold=True), "", *score_lines({MODEL_NAME: scores})]
    if report is not None and len(report.classes) <= _MOST_CLASSES:
        lines += ["", plain_report(report)]
    if remarks:
        lines += ["", *remark_lines(remarks)]
    return lines


def plain_report(report: ClassificationReport) -> str:
    """Return a table of all classes, whose names may hold anything."""
    return "\n".join(plain(line) for line in report.as_text().split("\n"))
