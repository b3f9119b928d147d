"""F-scores as metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.arguments import checked_number
from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError, UnknownNameError, unknown_name
from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics import f_score, sums
from ranvier.metrics.base import Metric

if TYPE_CHECKING:
    from ranvier.types import Array, Arrays, Configuration, PartialShape

_AVERAGES = ("micro", "macro", "weighted")


class FBetaScore(Metric):
    """The harmonic mean of precision and recall, with recall weighted by beta.

    ``(1 + b²) p r / (b² p + r)`` for each class.

    Args:
        average: None for a score of each class; ``"micro"`` to count all classes together; ``"macro"`` for
            the mean of the classes' scores; ``"weighted"`` to weight that mean by their frequency.
        beta: The weight b of recall, above 0.
        threshold: A prediction above it is positive, in (0, 1]; with None the largest of a row is.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        self.average = _checked_average(average)
        self.beta = checked_number(beta, "beta")
        self.threshold = None if threshold is None else checked_number(threshold, "threshold", 0.0, 1.0)
        if self.beta <= 0.0 or self.threshold == 0.0:
            raise ConfigurationError(
                f"`beta` and `threshold` must be above 0; received: beta={beta!r}, threshold={threshold!r}."
            )
        self._classes: int | None = None

    @property
    def awaits_shapes(self) -> bool:
        """Whether the number of classes is not known yet."""
        return self._classes is None

    def build(self, y_true_shape: PartialShape, y_pred_shape: PartialShape) -> None:
        """Learn the number of classes.

        Raises:
            ShapeError: If the data are not of shape ``(n, classes)``.
        """
        if len(y_true_shape) != 2 or len(y_pred_shape) != 2 or y_pred_shape[1] is None:
            raise ShapeError(
                "An F-score needs targets and predictions of one shape (n, classes); received: y_true of "
                f"shape {tuple(y_true_shape)} and y_pred of shape {tuple(y_pred_shape)}. Turn class numbers "
                "into one-hot rows with `to_categorical`."
            )
        if self._classes != y_pred_shape[1]:
            self._classes, self._boxes = y_pred_shape[1], {}

    def zeros(self) -> Arrays:
        """Return counts of nothing for each class."""
        if self._classes is None:
            raise NotBuiltError(
                f"The metric {self.name!r} does not know the number of classes yet. Call `build` with the "
                "shapes of the data."
            )
        return {"counts": sums.empty((3, self._classes))}

    def accumulate(
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: One-hot or multi-hot targets, shape ``(n, classes)``.
            y_pred: Predictions of the same shape.
            sample_weight: None, or shape ``(n,)``.
        """
        predictions = as_array(y_pred, "y_pred").astype(self.dtype)
        counts = f_score.class_counts(y_true, predictions, sample_weight, self.threshold)
        if counts.shape != state["counts"].shape[1:]:
            raise ShapeError(
                f"The metric {self.name!r} counts {state['counts'].shape[-1]} classes; received: y_pred with "
                f"{counts.shape[-1]}. Use another metric object for other data."
            )
        return {"counts": sums.add(state["counts"], counts)}

    def finish(self, state: Arrays) -> Any:
        """Return the score of each class, or their average."""
        counts = sums.value(state["counts"])
        if self.average == "micro":
            return float(f_score.f_beta_scores(counts.sum(axis=1), self.beta))
        scores = f_score.f_beta_scores(counts, self.beta)
        if self.average == "macro":
            return float(scores.mean())
        if self.average == "weighted":
            actual = counts[2]
            return float(np.sum(scores * actual / (actual.sum() + EPSILON)))
        return scores

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        return super().get_config() | {
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall, ``2 p r / (p + r)``, for each class.

    Args:
        average: None for a score of each class; ``"micro"`` to count all classes together; ``"macro"`` for
            the mean of the classes' scores; ``"weighted"`` to weight that mean by their frequency.
        threshold: A prediction above it is positive, in (0, 1]; with None the largest of a row is.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        config = super().get_config()
        del config["beta"]
        return config


def _checked_average(average: Any) -> str | None:
    if average is None or average in _AVERAGES:
        return average  # type: ignore[no-any-return]
    error: UnknownNameError = unknown_name("`average` of an F-score", average, _AVERAGES)
    raise error
