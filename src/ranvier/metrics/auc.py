"""The area under a curve over thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.arguments import checked_number
from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError, unknown_name
from ranvier.functions.metrics import confusion, curves, sums
from ranvier.functions.metrics.shapes import same_shape
from ranvier.metrics.confusion import ConfusionMetric
from ranvier.metrics.thresholds import checked_index, evenly_spread, parsed_thresholds, spread_thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Array, Arrays, Configuration, PartialShape

_MARGIN = 1e-7
"""How far the first threshold lies below 0 and the last above 1."""


class AUC(ConfusionMetric):
    """The area under the ROC, precision-recall or precision-recall-gain curve.

    Args:
        num_thresholds: How many thresholds make the curve, at equal distances over [0, 1].
        curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``.
        summation_method: ``"interpolation"`` (trapezoids; for PR the rule of Davis and Goadrich),
            ``"minoring"`` or ``"majoring"`` (the lower or higher end of each interval).
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        thresholds: Thresholds in [0, 1] to use instead; one below 0 and one above 1 are added.
        multi_label: Whether each column is a label with a curve of its own, whose areas are averaged.
        num_labels: The number of labels, where it should be fixed before any data.
        label_weights: A weight for each label: in the average with ``multi_label``, else of its samples.
        from_logits: Whether predictions are logits.

    Raises:
        ConfigurationError: If an argument cannot be used.

    Example:
        >>> from ranvier import metrics
        >>> auc = metrics.AUC(num_thresholds=3)
        >>> float(auc([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.75
    """

    _direction = "up"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        self.curve = _chosen("AUC curve", curve, curves.CURVES)
        self.summation_method = _chosen("AUC summation method", summation_method, curves.SUMMATION_METHODS)
        self._given_thresholds = thresholds is not None
        if thresholds is None:
            inner = spread_thresholds(num_thresholds, least=2)[1:-1]
        else:
            inner = tuple(sorted(parsed_thresholds(thresholds, 0.5)))
        even = thresholds is None or evenly_spread((0.0, *inner, 1.0))
        super().__init__(name, dtype, (-_MARGIN, *inner, 1.0 + _MARGIN), even=even)
        self.num_thresholds = len(self._limits)
        if num_labels is not None and not multi_label:
            raise ConfigurationError(
                f"`num_labels` belongs to `multi_label=True`; received: num_labels={num_labels!r}."
            )
        self.multi_label = bool(multi_label)
        self.num_labels = checked_index(num_labels, "num_labels", 1)
        self._labels = self.num_labels
        self.label_weights = _checked_weights(label_weights)
        self.from_logits = bool(from_logits)

    @property
    def awaits_shapes(self) -> bool:
        """Whether the number of labels is not known yet."""
        return self.multi_label and self._labels is None

    def build(self, y_true_shape: PartialShape, y_pred_shape: PartialShape) -> None:
        """Learn the number of labels.

        Raises:
            ShapeError: If predictions are not of shape ``(n, labels)``.
        """
        if not self.multi_label:
            return
        if len(y_pred_shape) != 2 or y_pred_shape[1] is None:
            raise ShapeError(
                "AUC with `multi_label=True` needs targets and predictions of shape (n, labels); received: "
                f"y_true of shape {tuple(y_true_shape)} and y_pred of shape {tuple(y_pred_shape)}."
            )
        if self.num_labels is None and self._labels != y_pred_shape[1]:
            self._labels, self._boxes = y_pred_shape[1], {}

    def zeros(self) -> Arrays:
        """Return counts of nothing, for each threshold and label."""
        if not self.multi_label:
            return super().zeros()
        if self._labels is None:
            raise NotBuiltError(
                "AUC with `multi_label=True` does not know the number of labels yet. Give `num_labels`, or "
                "call `build` with the shapes of the data."
            )
        return {"counts": sums.empty((2, len(self._limits) + 1, self._labels))}

    def accumulate(
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Targets, shape ``(n, ...)``, or ``(n, labels)``; whatever is not zero is positive.
            y_pred: Predictions of the same shape.
            sample_weight: None, or an array whose axes are the leading axes of the targets.
        """
        targets, predictions = same_shape(y_true, y_pred)
        predictions = predictions.astype(self.dtype)
        if self.from_logits:
            predictions = jax.nn.sigmoid(predictions)
        if self.multi_label and predictions.ndim != 2:
            self.build(targets.shape, predictions.shape)
        batch = confusion.samples(targets, predictions, sample_weight)
        if self.label_weights is not None:
            self._check_label_weights(batch.scores.shape)
            if not self.multi_label:
                weights = jnp.asarray(self.label_weights, jnp.float32)
                batch = batch._replace(weights=batch.weights * weights)
        return {"counts": self._added(state["counts"], batch, self.multi_label)}

    def finish(self, state: Arrays) -> float:
        """Return the area, averaged over the labels."""
        areas = curves.area_under_curve(self.confusion(state), self.curve, self.summation_method)
        if not self.multi_label:
            return float(areas)
        if self.label_weights is None:
            return float(areas.mean())
        weights = np.asarray(self.label_weights)
        return float(curves.ratio(np.sum(areas * weights), np.sum(weights)))

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        config = {
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": None if self.label_weights is None else list(self.label_weights),
            "from_logits": self.from_logits,
        }
        if self._given_thresholds:
            config["thresholds"] = self.thresholds[1:-1]
        return super().get_config() | config

    def _check_label_weights(self, shape: tuple[int, ...]) -> None:
        if self.label_weights is not None and (len(shape) < 2 or shape[-1] != len(self.label_weights)):
            raise ShapeError(
                f"`label_weights` has {len(self.label_weights)} weights, one for each column of the "
                f"predictions; received: y_pred of shape {shape}."
            )


def _chosen(kind: str, name: Any, choices: Sequence[str]) -> str:
    """Find a name whatever its case, as Keras' curves and methods are written in several."""
    wanted = str(getattr(name, "value", name)).lower()
    for choice in choices:
        if choice.lower() == wanted:
            return choice
    raise unknown_name(kind, name, choices)


def _checked_weights(weights: Sequence[float] | None) -> tuple[float, ...] | None:
    if weights is None:
        return None
    numbers = np.asarray(weights, np.float64)
    if numbers.ndim != 1 or not numbers.size:
        raise ConfigurationError(
            f"`label_weights` must be a list with one weight for each label; received: {weights!r}."
        )
    return tuple(checked_number(float(each), "label_weights", 0.0) for each in numbers)
