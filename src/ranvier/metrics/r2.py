"""The coefficient of determination as a metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from ranvier import notices
from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError
from ranvier.functions.metrics import r2, sums
from ranvier.metrics.base import Metric

if TYPE_CHECKING:
    from ranvier.types import Array, Arrays, Configuration, PartialShape

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """The share of the targets' variance that is explained, ``1 - sum((t - p)²) / sum((t - mean(t))²)``.

    Args:
        class_aggregation: How the scores of several outputs become one: ``"uniform_average"``,
            ``"variance_weighted_average"``, or None to keep one score for each.
        num_regressors: The number of inputs, for the adjusted score; 0 for the plain one.
        name: The name in logs.
        dtype: The dtype to which targets and predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        if class_aggregation not in _AGGREGATIONS:
            raise ConfigurationError(
                f"`class_aggregation` must be one of {_AGGREGATIONS}; received: {class_aggregation!r}."
            )
        num_regressors = plain_integers(num_regressors)
        if isinstance(num_regressors, bool) or not isinstance(num_regressors, int) or num_regressors < 0:
            raise ConfigurationError(
                f"`num_regressors` must be an integer of at least 0; received: {num_regressors!r}."
            )
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self._outputs: int | None = None

    @property
    def awaits_shapes(self) -> bool:
        """Whether the number of outputs is not known yet."""
        return self._outputs is None

    def build(self, y_true_shape: PartialShape, y_pred_shape: PartialShape) -> None:
        """Learn the number of outputs.

        Raises:
            ShapeError: If the data are not of shape ``(n,)`` or ``(n, outputs)``.
        """
        shape = max(tuple(y_true_shape), tuple(y_pred_shape), key=len)
        if len(shape) not in (1, 2) or (shape[-1] is None and len(shape) == 2):
            raise ShapeError(
                "R2Score needs targets and predictions of one shape (n, outputs); received: y_true of shape "
                f"{tuple(y_true_shape)} and y_pred of shape {tuple(y_pred_shape)}."
            )
        outputs = shape[1] if len(shape) == 2 else 1
        if self._outputs != outputs:
            self._outputs, self._boxes = outputs, {}

    def zeros(self) -> Arrays:
        """Return sums of nothing for each output."""
        if self._outputs is None:
            raise NotBuiltError(
                f"The metric {self.name!r} does not know the number of outputs yet. Call `build` with the "
                "shapes of the data."
            )
        return {"sums": sums.empty((5, self._outputs)), "shift": np.zeros(self._outputs, np.float32)}

    def accumulate(
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Targets, shape ``(n, outputs)``.
            y_pred: Predictions of the same shape.
            sample_weight: None, or shape ``(n,)`` or ``(n, outputs)``.
        """
        targets, predictions = r2.two_dimensional(y_true, y_pred)
        targets = targets.astype(self.dtype).astype(jnp.float32)
        predictions = predictions.astype(self.dtype).astype(jnp.float32)
        if targets.shape[1] != state["shift"].shape[0]:
            raise ShapeError(
                f"The metric {self.name!r} scores {state['shift'].shape[0]} outputs; received: y_pred with "
                f"{targets.shape[1]}. Use another metric object for other data."
            )
        weights = r2.row_weights(sample_weight, targets)
        seen = (state["sums"][0, 4] + state["sums"][1, 4]) > 0
        shift = jnp.where(seen, state["shift"], r2.first_counted(targets, weights))
        added = r2.moments(targets, predictions, weights, shift)
        return {"sums": sums.add(state["sums"], added), "shift": shift}

    def finish(self, state: Arrays) -> Any:
        """Return the score, or one for each output."""
        totals = sums.value(state["sums"])
        parts = r2.r2_parts(totals)
        score: Any = parts.scores
        if self.class_aggregation == "uniform_average":
            score = float(np.mean(parts.scores))
        elif self.class_aggregation == "variance_weighted_average":
            with np.errstate(invalid="ignore"):
                score = float(np.sum(parts.total * parts.scores) / np.sum(parts.total))
        return self._adjusted(score, float(totals[4].sum()))

    def _adjusted(self, score: Any, samples: float) -> Any:
        """Take account of the number of regressors p: ``1 - (1 - R²) (n - 1) / (n - p - 1)``."""
        if not self.num_regressors:
            return score
        free = samples - self.num_regressors - 1
        if free <= 0:
            notices.warn(
                f"The adjusted R2 score needs more than {self.num_regressors + 1} samples for "
                f"{self.num_regressors} regressors; received: {samples:.0f}. This is the plain score."
            )
            return score
        return 1.0 - (1.0 - score) * (samples - 1.0) / free

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        return super().get_config() | {
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }
