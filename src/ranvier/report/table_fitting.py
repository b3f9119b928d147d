"""A model for a table: built as planned, fitted, and judged beside what is simpler."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, NonFiniteLossError
from ranvier.estimators import TabularClassifier, TabularRegressor
from ranvier.estimators.tables.schema import ColumnSchema, Schema
from ranvier.report.table_results import Importance
from ranvier.tables.kinds import kind_of
from ranvier.tables.plan import Plan
from ranvier.tables.preparing import Prepared

_FOR_CLASSES = ("error", "log_loss")
_ONLY_FOR_CLASSES = ("label_smoothing", "class_weight", "calibrate")
_PARAMETERS = {"members": "n_members", "hidden": "hidden_layer_sizes"}
_STOPPED = "Training interrupted by user"
_LATEST = 0.2  # of the training rows in order of time, that choose the epoch
_MOST_PREDICTIONS = 1_000_000  # of single rows by single networks, for the importances
_LEAST_ROWS, _ENOUGH_ROWS, _MOST_ROWS = 100, 500, 5_000


@dataclass
class Fitted:
    """A fitted model and how its training went.

    Attributes:
        estimator: The estimator.
        seconds: How long the training took.
        interrupted: Whether Ctrl-C ended it.
        remarks: What was noticed, a sentence each.
    """

    estimator: Any
    seconds: float
    interrupted: bool
    remarks: list[str] = field(default_factory=list)


def estimator_for(plan: Plan, prepared: Prepared, *, progress: bool) -> Any:
    """Build the estimator that a plan asks for.

    Args:
        plan: The plan.
        prepared: The table.
        progress: Whether a bar is shown while it is fitted.

    Raises:
        ConfigurationError: If a setting does not suit the task.
    """
    parameters = model_parameters(plan, prepared)
    schema = Schema([ColumnSchema(name, kind) for name, kind in kinds_of(plan, prepared).items()])
    kind = TabularClassifier if prepared.target.task == "classification" else TabularRegressor
    return kind(schema=schema, random_state=plan.split.seed, progress_bar=progress, **parameters)


def model_parameters(plan: Plan, prepared: Prepared) -> dict[str, Any]:
    """Return the parameters of the estimator that a plan sets.

    Raises:
        ConfigurationError: If one does not suit the task.
    """
    classes = prepared.target.task == "classification"
    chosen = {name: value for name, value in vars(plan.model).items() if value is not None}
    metric = chosen.get("validation_metric")
    if metric is not None and (metric in _FOR_CLASSES) != classes:
        right = _FOR_CLASSES if classes else ("rmse", "mae")
        raise ConfigurationError(
            f"`model.validation_metric` must be {' or '.join(map(repr, right))} for {prepared.target.task}; received: "
            f"{metric!r}."
        )
    if not classes:
        given = [name for name in _ONLY_FOR_CLASSES if chosen.get(name)]
        if given:
            raise ConfigurationError(f"`model.{given[0]}` is for classification; the task is regression.")
        for name in _ONLY_FOR_CLASSES:
            chosen.pop(name, None)
    return {_PARAMETERS.get(name, name): value for name, value in chosen.items()}


def kinds_of(plan: Plan, prepared: Prepared) -> dict[str, str]:
    """Return what each column for the model is taken for, by name."""
    told = {column.name: column.kind for column in plan.columns}
    return {column.name: told.get(column.name, kind_of(column)) for column in prepared.columns}


def fit(estimator: Any, prepared: Prepared, *, by_time: bool) -> Fitted:
    """Fit an estimator to the training rows.

    Args:
        estimator: The estimator.
        prepared: The table.
        by_time: Whether the training rows are in order of time; the latest then choose the epoch.

    Raises:
        DataError: If nothing can be learned from the rows.
        NonFiniteLossError: If the loss became NaN at once.
        KeyboardInterrupt: If Ctrl-C came before the first epoch ended.
    """
    training = prepared.split.training
    y = prepared.target.values
    outside = None
    if by_time:
        border = max(round(len(training) * (1 - _LATEST)), 1)
        training, latest = training[:border], training[border:]
        known = np.isin(y[latest].astype(str), np.unique(y[training].astype(str)))
        if prepared.target.task == "classification":
            latest = latest[known]
        outside = (prepared.frame(latest), y[latest]) if len(latest) else None
    started = time.perf_counter()
    heard: list[str] = []
    try:
        with _listening(heard):
            estimator.fit(prepared.frame(training), y[training], eval_set=outside)
    except NonFiniteLossError:
        if _stopped(heard):  # there is no loss because no epoch came to its end
            raise KeyboardInterrupt from None
        raise
    remarks = [each for each in heard if not each.startswith(_STOPPED)]
    return Fitted(estimator, time.perf_counter() - started, _stopped(heard), remarks)


def _stopped(heard: list[str]) -> bool:
    return any(each.startswith(_STOPPED) for each in heard)


@contextmanager
def _listening(heard: list[str]) -> Iterator[None]:
    """Collect warnings, which on the command line are sentences among others."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            heard += [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
    for each in caught:
        if not issubclass(each.category, UserWarning):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def importances_of(
    estimator: Any, prepared: Prepared, places: np.ndarray[Any, Any], seed: int
) -> dict[str, Importance]:
    """Find out how much each column matters for test rows, as many of them as take a bounded time.

    Args:
        estimator: The fitted estimator.
        prepared: The table.
        places: The test rows, all of classes that were trained on.
        seed: What the choice of rows and shuffling derive from.
    """
    rows, repeats = _affordable(len(prepared.columns) * estimator.n_members_)
    if len(places) > rows:
        places = places[np.sort(np.random.default_rng(seed).permutation(len(places))[:rows])]
    with _listening([]):  # few rows of many classes are no sign of a wrong task here
        found = estimator.explain(
            prepared.frame(places), prepared.target.values[places], n_repeats=repeats, random_state=seed
        )
    sizes = found.mean_attributions
    return {
        name: Importance(
            float(found.importances[number]), float(found.deviations[number]), float(sizes[number])
        )
        for number, name in enumerate(found.columns)
    }


def _affordable(predictions: int) -> tuple[int, int]:
    """Return how many rows are predicted for each shuffled column, and how often it is shuffled.

    Args:
        predictions: What a row costs: columns times networks.
    """
    for repeats in (5, 2):
        rows = _MOST_PREDICTIONS // (predictions * repeats)
        if rows >= _ENOUGH_ROWS:
            break
    return min(max(rows, _LEAST_ROWS), _MOST_ROWS), repeats
