"""How good predictions are, class by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.errors import DataError, LabelError, ShapeError

_SMALLEST_PROBABILITY = 1e-7  # below it the logarithm is cut off, as Keras does


@dataclass(frozen=True)
class ClassScore:
    """How good the predictions of one class are.

    Attributes:
        name: The name of the class.
        precision: Share of right ones among the predictions of the class; 0 where there are none.
        recall: Share of the class's samples that were predicted as such; 0 where there are none.
        f1: Harmonic mean of the two; 0 where both are.
        support: Number of the class's samples.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ClassificationReport:
    """How good predictions are, for each class and in all.

    Attributes:
        accuracy: Share of right predictions.
        loss: Mean of the negative logarithms of the true classes' probabilities.
        classes: The score of each class.
        confusion: Counts by true class (row) and predicted class (column), shape (classes, classes).
    """

    accuracy: float
    loss: float
    classes: tuple[ClassScore, ...]
    confusion: np.ndarray[Any, Any]

    @property
    def rows(self) -> int:
        """The number of samples."""
        return int(self.confusion.sum())

    def averages(self) -> tuple[ClassScore, ClassScore]:
        """Return the mean over classes, and the mean weighted by support."""
        scores = np.array([(score.precision, score.recall, score.f1) for score in self.classes])
        support = np.array([score.support for score in self.classes])
        return (
            self._average("mean over classes", scores.mean(axis=0)),
            self._average("mean over samples", support @ scores / support.sum()),
        )

    def _average(self, name: str, scores: np.ndarray[Any, Any]) -> ClassScore:
        precision, recall, f1 = scores.tolist()
        return ClassScore(name, precision, recall, f1, self.rows)

    def as_text(self) -> str:
        """Return the table of all classes, several lines without an end."""
        averages = self.averages()
        width = max(len(score.name) for score in (*self.classes, *averages))
        lines = [f"{'class':>{width}}  precision   recall       F1  support", ""]
        lines += [_line(score, width) for score in self.classes]
        lines += ["", f"{'accuracy':>{width}}  {'':9}  {'':7}  {self.accuracy:7.4f}  {self.rows:7,d}"]
        lines += [_line(score, width) for score in averages]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON types."""
        return {
            "accuracy": self.accuracy,
            "loss": self.loss,
            "rows": self.rows,
            "classes": {
                score.name: {
                    "precision": score.precision,
                    "recall": score.recall,
                    "f1": score.f1,
                    "support": score.support,
                }
                for score in self.classes
            },
            "confusion": self.confusion.tolist(),
        }


def classification_report(
    y_true: np.ndarray[Any, Any], probabilities: np.ndarray[Any, Any], class_names: Sequence[str]
) -> ClassificationReport:
    """Compare predicted probabilities with the true classes.

    Args:
        y_true: Class numbers, shape (samples,).
        probabilities: Shape (samples, classes); the largest of a row is the prediction.
        class_names: A name for each class.

    Returns:
        The report.

    Raises:
        DataError: If there are no samples.
        ShapeError: If shapes and names do not fit together.
        LabelError: If a label is no class.

    Example:
        >>> report = classification_report(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), "ab")
        >>> report.accuracy
        0.5
    """
    classes = len(class_names)
    if probabilities.shape != (len(y_true), classes) or y_true.ndim != 1:
        raise ShapeError(
            f"Labels of shape (samples,) and probabilities of shape (samples, {classes}) are expected; received: "
            f"{y_true.shape} and {probabilities.shape}."
        )
    if not len(y_true):
        raise DataError("There is nothing to compare: no samples were received.")
    truth = y_true.astype(np.int64)
    if truth.min() < 0 or truth.max() >= classes:
        raise LabelError(
            f"Labels must lie in 0..{classes - 1}; received labels from {truth.min()} to {truth.max()}."
        )
    predicted = probabilities.argmax(axis=1)
    confusion = np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)
    chosen = np.clip(probabilities[np.arange(len(truth)), truth].astype(np.float64), _SMALLEST_PROBABILITY, 1)
    return ClassificationReport(
        accuracy=float((predicted == truth).mean()),
        loss=float(-np.log(chosen).mean()),
        classes=_scores(confusion, class_names),
        confusion=confusion,
    )


def _scores(confusion: np.ndarray[Any, Any], names: Sequence[str]) -> tuple[ClassScore, ...]:
    right, predicted, support = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    precision = right / np.maximum(predicted, 1)
    recall = right / np.maximum(support, 1)
    f1 = 2 * right / np.maximum(predicted + support, 1)
    columns = zip(names, precision, recall, f1, support, strict=True)
    return tuple(
        ClassScore(name, float(p), float(r), float(f), int(count)) for name, p, r, f, count in columns
    )


def _line(score: ClassScore, width: int) -> str:
    numbers = f"{score.precision:9.4f}  {score.recall:7.4f}  {score.f1:7.4f}  {score.support:7,d}"
    return f"{score.name:>{width}}  {numbers}"
