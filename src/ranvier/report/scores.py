"""How good predictions for a table are: the numbers, what they are called and which of them are better."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ranvier.errors import missing_extra
from ranvier.plots.calibration import calibration_of
from ranvier.tables.wording import number_text

try:
    from sklearn import metrics
except ImportError as error:  # pragma: no cover
    raise missing_extra("Judging predictions for a table", "scikit-learn", "data") from error

_SMALLEST = 1e-7  # below it the logarithm of a probability is cut off, as Keras does


class Score(NamedTuple):
    """A measure of predictions.

    Attributes:
        title: What people call it.
        higher: Whether a higher one is better.
        share: Whether it is a share, from 0 to 1.
    """

    title: str
    higher: bool
    share: bool


SCORES = {
    "accuracy": Score("Accuracy", True, True),
    "balanced_accuracy": Score("Balanced accuracy", True, True),
    "f1_macro": Score("F1, mean over classes", True, True),
    "roc_auc": Score("Area under the ROC curve", True, True),
    "log_loss": Score("Log loss", False, False),
    "brier": Score("Brier score", False, False),
    "calibration_error": Score("Calibration error", False, True),
    "rmse": Score("Root mean squared error", False, False),
    "mae": Score("Mean absolute error", False, False),
    "median_absolute_error": Score("Median absolute error", False, False),
    "r2": Score("R²", True, False),
}
"""Every measure by its name in ``metrics.json``, the most important ones first."""


def classification_scores(
    y_true: np.ndarray[Any, Any], probabilities: np.ndarray[Any, Any]
) -> dict[str, float]:
    """Judge predicted probabilities.

    Args:
        y_true: Class numbers, shape (rows,); -1 for a class that was never trained on, which counts as a mistake.
        probabilities: Shape (rows, classes).

    Returns:
        A number for each measure that is defined: without the area under the curve where a class is absent,
        without measures of probabilities where no class is known.
    """
    predicted = probabilities.argmax(axis=1)
    labels = np.unique(y_true)
    recalls = [float((predicted[y_true == label] == label).mean()) for label in labels]
    scores = {
        "accuracy": float((predicted == y_true).mean()),
        "balanced_accuracy": float(np.mean(recalls)),
        "f1_macro": float(
            metrics.f1_score(y_true, predicted, average="macro", labels=labels, zero_division=0)
        ),
    }
    known = y_true >= 0
    truth, given = y_true[known], probabilities[known].astype(np.float64)
    if not len(truth):
        return scores
    area = _area(truth, given)
    if area is not None:
        scores["roc_auc"] = area
    chosen = given[np.arange(len(truth)), truth]
    scores["log_loss"] = float(-np.log(np.clip(chosen, _SMALLEST, 1)).mean())
    one_hot = np.eye(given.shape[1])[truth]
    scores["brier"] = float(np.square(given - one_hot).sum(axis=1).mean() / (2 if given.shape[1] == 2 else 1))
    scores["calibration_error"] = calibration_of(truth, given).error
    return scores


def _area(truth: np.ndarray[Any, Any], given: np.ndarray[Any, Any]) -> float | None:
    """Return the area under the curve of each class against the rest, the mean over classes."""
    if len(np.unique(truth)) < given.shape[1]:
        return None
    if given.shape[1] == 2:
        return float(metrics.roc_auc_score(truth, given[:, 1]))
    areas = [metrics.roc_auc_score(truth == label, given[:, label]) for label in range(given.shape[1])]
    return float(np.mean(areas))


def regression_scores(y_true: np.ndarray[Any, Any], predicted: np.ndarray[Any, Any]) -> dict[str, float]:
    """Judge predicted numbers.

    Args:
        y_true: Shape (rows,).
        predicted: Shape (rows,).

    Returns:
        A number for each measure; without R² for fewer than two different true numbers.
    """
    errors = predicted.astype(np.float64) - y_true
    scores = {
        "rmse": float(np.sqrt(np.square(errors).mean())),
        "mae": float(np.abs(errors).mean()),
        "median_absolute_error": float(np.median(np.abs(errors))),
    }
    if len(np.unique(y_true)) > 1:
        scores["r2"] = float(metrics.r2_score(y_true, predicted))
    return scores


def score_text(name: str, value: float | None) -> str:
    """Return a measure as people read it."""
    if value is None:
        return "–"
    if SCORES[name].share:
        return f"{value:.2%}" if name.endswith("accuracy") else f"{value:.4f}"
    return number_text(value)


def value_text(value: object) -> str:
    """Return a value of a table or a setting as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(value) if isinstance(value, float) else str(value)


def best_of(name: str, values: list[float | None]) -> set[int]:
    """Return the places of the best values of a measure; none where all are alike."""
    if name == "calibration_error":  # always the same answer is the best calibrated, and says nothing
        return set()
    given = [value for value in values if value is not None and np.isfinite(value)]
    if len(given) < 2 or min(given) == max(given):
        return set()
    best = max(given) if SCORES[name].higher else min(given)
    return {place for place, value in enumerate(values) if value == best}
