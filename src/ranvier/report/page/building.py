"""The page of a run, put together from what came out of its training."""

from __future__ import annotations

from markupsafe import Markup

from ranvier import __version__, plots
from ranvier.plots.calibration import calibration_of
from ranvier.report.page.columns import column_rows, data_facts
from ranvier.report.page.content import Page
from ranvier.report.page.drawing import themed
from ranvier.report.page.errors import class_rows, confusion_of, worst_of
from ranvier.report.page.results import (
    cards_of,
    duration_text,
    importances_of,
    score_rows,
    verdict,
)
from ranvier.report.table_results import TableResults

_IMPORTANCES = (
    "Permutation: how much the error on test rows rises when the column's values are shuffled, several times over; "
    "about zero for a column that the model does without. Integrated gradients: how far, on average, the column moves "
    "the prediction away from that for an average row. Columns that tell the same share their importance."
)
_CALIBRATION = (
    "Of the rows that were given about the same probability, the share that came true: on the dotted diagonal the "
    "probabilities are honest, below it too sure, above it too careful. Larger dots stand for more rows."
)
_RESIDUALS = (
    "Each dot is a test row; on the dotted diagonal the prediction is right. The errors should lie around zero: a "
    "lopsided heap says that the model over- or underestimates."
)


def page_of(results: TableResults) -> Page:
    """Put the page of a run together.

    Args:
        results: What came out.
    """
    settings = results.settings
    report = results.classes()
    columns, more_columns = column_rows(results)
    classes, more_classes = ([], "") if report is None else class_rows(report)
    importances = importances_of(results)
    return Page(
        version=__version__,
        created=settings.created,
        target=settings.table.target,
        data_set=settings.data_set,
        task=settings.task,
        subtitle=_subtitle(results),
        cards=cards_of(results),
        verdict=verdict(results),
        test_rows=f"{len(results.y_true):,}",
        models=list(results.scores),
        scores=score_rows(results),
        interrupted=results.interrupted,
        data=data_facts(results),
        remarks=list(results.remarks),
        columns=columns,
        more_columns=more_columns,
        training=_training(results),
        curves=_curves(results),
        confusion=None if report is None else confusion_of(report),
        classes=classes,
        more_classes=more_classes,
        residuals=_residuals(results),
        residuals_words=_RESIDUALS,
        calibration=_calibration(results),
        calibration_words=_CALIBRATION,
        worst=worst_of(results),
        importances=importances,
        importances_words=_IMPORTANCES,
        command=results.command,
        settings=results.plan,
        versions=list(settings.versions.items()),
    )


def _subtitle(results: TableResults) -> str:
    table = results.settings.table
    what = f"one of {len(results.class_names):,} classes" if results.class_names is not None else "a number"
    date, _, time = results.settings.created.partition("T")
    return (
        f"A neural network predicts {what} from {len(table.columns):,} columns of {table.rows:,} rows. Trained on "
        f"{date} at {time[:5]} UTC."
    )


def _training(results: TableResults) -> str:
    epochs = max((len(values) for values in results.history.values()), default=0)
    best = f"; the weights of epoch {results.best_epoch:,} are kept" if results.best_epoch else ""
    return f"{epochs:,} epochs in {duration_text(results.seconds)}{best}."


def _curves(results: TableResults) -> Markup | None:
    if not any(len(values) > 1 for values in results.history.values()):
        return None
    return themed(plots.history_curves(results.history), "curves")


def _residuals(results: TableResults) -> Markup | None:
    if results.class_names is not None:
        return None
    return themed(plots.prediction_errors(results.y_true, results.predicted), "residuals")


def _calibration(results: TableResults) -> Markup | None:
    known = results.y_true >= 0
    if results.class_names is None or not known.any():
        return None
    y, given = results.y_true[known], results.predicted[known]
    title = f"Calibration error {calibration_of(y, given).error:.3f}"
    return themed(plots.calibration_curve(y, given, results.class_names, title), "calibration")
