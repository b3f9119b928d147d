"""Where a model errs, on the page of its run: classes taken for others, and the worst rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.report.classification import ClassificationReport
from ranvier.report.page.content import Cell, ClassRow, Confusion, ConfusionRow, Worst, WorstRow
from ranvier.report.scores import value_text
from ranvier.report.table_results import TableResults
from ranvier.tables.wording import LONGEST_NAME, number_text, shortened

_MOST_CLASSES = 25
_MOST_CLASS_ROWS = 100
_MOST_WORST = 12
_MOST_COLUMNS = 7
_SMALLEST = 1e-7


def confusion_of(report: ClassificationReport) -> Confusion | None:
    """Return which class is taken for which; None where there are too many to look at."""
    names = [score.name for score in report.classes]
    if len(names) > _MOST_CLASSES:
        return None
    rows = []
    for number, counts in enumerate(report.confusion):
        total = max(int(counts.sum()), 1)
        cells = [
            _cell(int(count), total, number == place, names[number], names[place])
            for place, count in enumerate(counts)
        ]
        rows.append(ConfusionRow(shortened(names[number], 24), cells))
    return Confusion([shortened(name, 24) for name in names], rows)


def _cell(count: int, total: int, right: bool, true: str, predicted: str) -> Cell:
    share = count / total
    # A mistake shows although it is rare.
    strength = round(90 * share if right else 70 * np.sqrt(share))
    return Cell(
        f"{count:,}" if count else "",
        right,
        strength,
        f"{true} taken for {predicted}: {count:,}, {share:.1%}",
    )


def class_rows(report: ClassificationReport) -> tuple[list[ClassRow], str]:
    """Return how good each class is predicted, and how many more there are."""
    shown = report.classes[:_MOST_CLASS_ROWS]
    rows = [
        ClassRow(
            shortened(score.name),
            f"{score.precision:.4f}",
            f"{score.recall:.4f}",
            f"{score.f1:.4f}",
            f"{score.support:,}",
        )
        for score in shown
    ]
    more = len(report.classes) - len(shown)
    return rows, f"{more:,} more classes are not shown; metrics.json has them all." if more else ""


def worst_of(results: TableResults) -> Worst | None:
    """Return the rows that were predicted worst, with the columns that matter most."""
    order = _worst_first(results)[:_MOST_WORST]
    if not len(order):
        return None
    columns = _telling_columns(results)
    part = results.test_frame.select(columns).take(order)
    values = [part.column(name).to_pylist() for name in columns]
    told = _told_classes if results.class_names is not None else _told_numbers
    rows = []
    for number, place in enumerate(order):
        cells = [shortened(value_text(column[number]).removesuffix(" 00:00:00")) for column in values]
        rows.append(WorstRow(f"{results.test_rows[place]:,}", [*told(results, place), *cells]))
    if results.class_names is not None:
        names, title = ["True class", "Predicted"], "The surest mistakes"
        words = "Mistakes whose true class was given the least probability."
    else:
        names, title = ["True", "Predicted", "Error"], "The largest errors"
        words = "Test rows whose prediction is farthest from the truth."
    words += " The number of a row is its place in the file, the line of names not counted."
    return Worst(title, [*names, *(shortened(name, LONGEST_NAME) for name in columns)], rows, words)


def _worst_first(results: TableResults) -> np.ndarray[Any, Any]:
    y, predicted = results.y_true, results.predicted
    if results.class_names is None:
        return np.argsort(-np.abs(predicted - y), kind="stable")
    chosen = np.where(y >= 0, predicted[np.arange(len(y)), np.maximum(y, 0)], 0.0)
    mistakes = np.flatnonzero(predicted.argmax(axis=1) != y)
    return mistakes[np.argsort(chosen[mistakes], kind="stable")]


def _telling_columns(results: TableResults) -> list[str]:
    names = [column.name for column in results.settings.table.columns]
    if results.importances is not None:
        found = results.importances
        names.sort(key=lambda name: -found[name].permutation if name in found else 0.0)
    return names[:_MOST_COLUMNS]


def _told_classes(results: TableResults, place: int) -> list[str]:
    names = results.class_names or ()
    true, guess = int(results.y_true[place]), int(results.predicted[place].argmax())
    known = (
        f"{shortened(names[true])} ({results.predicted[place, true]:.1%})"
        if true >= 0
        else "never trained on"
    )
    return [known, f"{shortened(names[guess])} ({results.predicted[place, guess]:.1%})"]


def _told_numbers(results: TableResults, place: int) -> list[str]:
    true, guess = float(results.y_true[place]), float(results.predicted[place])
    return [
        number_text(true),
        number_text(guess),
        f"{'+' if guess > true else ''}{number_text(guess - true)}",
    ]
