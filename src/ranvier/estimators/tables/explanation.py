"""What the columns of a table do for the predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length

from ranvier.errors import ConfigurationError
from ranvier.estimators.tables.attribution import column_attributions
from ranvier.estimators.tables.encoding import Encoded

HostArray: TypeAlias = "np.ndarray[Any, Any]"

MOST_ATTRIBUTED = 500
"""How many rows have integrated gradients at most; of more an even choice is taken."""


@dataclass(frozen=True)
class Explanation:
    """What each column does for the predictions of some rows.

    Attributes:
        columns: The names of the columns that are used.
        metric: What permutation importance is measured by: ``"log_loss"`` or ``"rmse"``.
        score: The metric with all columns as they are.
        importances: How much it grows when a column is shuffled, the mean over the repeats, shape (columns,).
        deviations: The standard deviation over the repeats.
        attributions: Integrated gradients: how much each column moves the output of each of ``rows`` away from that
            of the average row, shape (rows, columns). A row's sum is the output minus :attr:`baseline`.
        baseline: The output of the average row, one for each of ``rows``, shape (rows,).
        outputs: The output that is explained, shape (rows,).
        rows: Which of the rows have attributions.
    """

    columns: tuple[str, ...]
    metric: str
    score: float
    importances: HostArray
    deviations: HostArray
    attributions: HostArray
    baseline: HostArray
    outputs: HostArray
    rows: HostArray

    @property
    def mean_attributions(self) -> HostArray:
        """The mean size of each column's attributions, shape (columns,)."""
        return np.asarray(np.abs(self.attributions).mean(axis=0))

    def as_dict(self) -> dict[str, Any]:
        """Return what is known of each column as JSON types, the most important first."""
        order = np.argsort(-self.importances, kind="stable")
        return {
            "metric": self.metric,
            "score": self.score,
            "columns": [
                {
                    "name": self.columns[index],
                    "importance": float(self.importances[index]),
                    "deviation": float(self.deviations[index]),
                    "attribution": float(self.mean_attributions[index]),
                }
                for index in order
            ],
        }

    def __str__(self) -> str:
        lines = [f"{'column':<24} {'importance':>12} {'attribution':>12}"]
        lines += [
            f"{each['name']:<24.24} {each['importance']:>12.4g} {each['attribution']:>12.4g}"
            for each in self.as_dict()["columns"]
        ]
        return "\n".join(lines)


def explain_classifier(estimator: Any, X: Any, y: Any, n_repeats: int, random_state: Any) -> Explanation:
    """Explain a classifier; see :meth:`TabularClassifier.explain`."""
    encoded = _encoded(estimator, X)
    if estimator._constant:
        raise ConfigurationError(
            f"A classifier that has seen one label, {estimator.classes_[0]!r}, predicts it whatever the columns hold."
        )
    first = estimator._joined(estimator._outputs_of(encoded))
    labels = first.argmax(axis=1) if y is None else estimator._learn_targets(y, known=True)
    check_consistent_length(labels, first)
    chosen = np.arange(len(labels))

    def log_loss(found: HostArray) -> float:
        return -float(found[chosen, labels].mean())

    kept = _even_choice(encoded.rows)
    shown = np.ones(len(kept), np.int64) if len(estimator.classes_) == 2 else first[kept].argmax(axis=1)
    return _explained(estimator, encoded, "log_loss", log_loss, kept, shown, n_repeats, random_state)


def explain_regressor(estimator: Any, X: Any, y: Any, n_repeats: int, random_state: Any) -> Explanation:
    """Explain a regressor; see :meth:`TabularRegressor.explain`."""
    encoded = _encoded(estimator, X)
    first = estimator._joined(estimator._outputs_of(encoded))
    targets = first if y is None else estimator._learn_targets(y, known=True)
    check_consistent_length(targets, first)

    def rmse(found: HostArray) -> float:
        return float(np.sqrt(np.square(found - targets).mean()))

    kept = _even_choice(encoded.rows)
    return _explained(estimator, encoded, "rmse", rmse, kept, None, n_repeats, random_state)


def _explained(
    estimator: Any,
    encoded: Encoded,
    metric: str,
    measure: Callable[[HostArray], float],
    kept: HostArray,
    shown: HostArray | None,
    n_repeats: int,
    random_state: Any,
) -> Explanation:
    if isinstance(n_repeats, bool) or not isinstance(n_repeats, int | np.integer) or n_repeats < 1:
        raise ConfigurationError(f"`n_repeats` must be an integer of at least 1; received: {n_repeats!r}.")
    sources = estimator._encoder.sources()
    score = measure(estimator._joined(estimator._outputs_of(encoded)))
    generator = check_random_state(random_state)
    changes = np.empty((len(sources), n_repeats))
    for column, places in enumerate(sources.values()):
        for repeat in range(n_repeats):
            order = generator.permutation(encoded.rows)
            shuffled = _shuffled(encoded, places, order)
            changes[column, repeat] = measure(estimator._joined(estimator._outputs_of(shuffled))) - score
    attributions, baseline, outputs = column_attributions(estimator, encoded, kept, shown)
    return Explanation(
        tuple(sources),
        metric,
        score,
        changes.mean(axis=1),
        changes.std(axis=1),
        attributions,
        baseline,
        outputs,
        kept,
    )


def _encoded(estimator: Any, X: Any) -> Encoded:
    table = estimator._fitted_table(X)
    return estimator._encoder.encode(table)  # type: ignore[no-any-return]


def _shuffled(encoded: Encoded, places: Sequence[tuple[str, int]], order: HostArray) -> Encoded:
    parts = {
        name: getattr(encoded, name).copy()
        if any(part == name for part, _ in places)
        else getattr(encoded, name)
        for name in ("numbers", "indicators", "embedded")
    }
    for part, position in places:
        parts[part][:, position] = parts[part][order, position]
    return Encoded(**parts)


def _even_choice(rows: int) -> HostArray:
    if rows <= MOST_ATTRIBUTED:
        return np.arange(rows)
    return np.unique(np.linspace(0, rows - 1, MOST_ATTRIBUTED).astype(np.int64))
