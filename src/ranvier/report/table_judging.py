"""A fitted model for a table judged on its test rows, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.report.baselines import FREQUENT, LINEAR, MEAN, constant_probabilities, linear_predictions
from ranvier.report.scores import classification_scores, regression_scores
from ranvier.report.table_fitting import Fitted, importances_of, kinds_of
from ranvier.report.table_results import MODEL_NAME, TableResults
from ranvier.report.table_settings import TableRunSettings
from ranvier.tables.plan import Plan
from ranvier.tables.preparing import Prepared
from ranvier.tables.statistics import ColumnStatistics
from ranvier.tables.target import class_numbers

_MOST_COLUMNS = 1_000  # whose importances are found out unasked


def judged(
    settings: TableRunSettings,
    plan: Plan,
    prepared: Prepared,
    fitted: Fitted,
    statistics: Sequence[ColumnStatistics],
    command: str,
    plan_text: str,
) -> TableResults:
    """Predict the test rows and compare.

    Args:
        settings: What the training was told.
        plan: The plan.
        prepared: The table.
        fitted: The model.
        statistics: What the columns are like.
        command: The command that does it again.
        plan_text: The plan as TOML.
    """
    estimator, split = fitted.estimator, prepared.split
    frame = prepared.frame(split.test)
    values = prepared.target.values
    names: tuple[str, ...] | None = None
    if settings.task == "classification":
        names = tuple(str(each) for each in estimator.classes_)
        y = class_numbers(values[split.test], estimator.classes_)
        predicted = np.asarray(estimator.predict_proba(frame))
        explained = split.test[y >= 0]
    else:
        y, predicted, explained = values[split.test], np.asarray(estimator.predict(frame)), split.test
    importances, remarks = None, [*prepared.remarks, *fitted.remarks]
    wide = len(prepared.columns) > _MOST_COLUMNS
    if plan.output.importances or (plan.output.importances is None and not wide):
        importances = (
            importances_of(estimator, prepared, explained, plan.split.seed) if len(explained) else None
        )
    elif plan.output.importances is None:
        remarks.append(
            f"How much each of {len(prepared.columns):,} columns matters would take long to find out; `--importances` "
            "does it all the same."
        )
    return TableResults(
        settings=settings,
        kinds=kinds_of(plan, prepared),
        statistics=statistics,
        remarks=remarks,
        class_names=names,
        y_true=y,
        predicted=predicted,
        scores=_scores(estimator, prepared, y, predicted, plan.split.seed),
        history=estimator.history_,
        best_epoch=estimator.best_epoch_ or None,
        seconds=fitted.seconds,
        interrupted=fitted.interrupted,
        importances=importances,
        test_frame=frame,
        test_rows=prepared.target.rows[split.test] + 1,
        command=command,
        plan=plan_text,
    )


def _scores(
    estimator: Any, prepared: Prepared, y: np.ndarray[Any, Any], predicted: np.ndarray[Any, Any], seed: int
) -> dict[str, dict[str, float]]:
    split = prepared.split
    told = prepared.target.values[split.training]
    training, test = (estimator.encode(prepared.frame(places)) for places in (split.training, split.test))
    if prepared.target.task == "regression":
        return {
            MODEL_NAME: regression_scores(y, predicted),
            LINEAR: regression_scores(y, linear_predictions(training, told, test, classes=None, seed=seed)),
            MEAN: regression_scores(y, np.full(len(y), told.mean())),
        }
    classes = len(estimator.classes_)
    labels = class_numbers(told, estimator.classes_)
    known = labels >= 0
    training, labels = training.take(known), labels[known]
    linear = linear_predictions(training, labels, test, classes=classes, seed=seed)
    return {
        MODEL_NAME: classification_scores(y, predicted),
        LINEAR: classification_scores(y, linear),
        FREQUENT: classification_scores(y, constant_probabilities(labels, classes, len(y))),
    }
