"""Counts of true and false positives and negatives, and precision and recall."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.metrics import confusion, curves, sums
from ranvier.metrics.base import Metric
from ranvier.metrics.thresholds import BELOW_EVERYTHING, checked_index, evenly_spread, parsed_thresholds

if TYPE_CHECKING:
    from ranvier.functions.metrics import Confusion
    from ranvier.types import Array, Arrays, Configuration


class ConfusionMetric(Metric):
    """What streams in every metric of a binary decision: the confusion over thresholds.

    Args:
        name: The name in logs.
        dtype: The dtype to which values are cast.
        limits: The thresholds.
        even: Whether they run from 0 to 1 at equal distances, so that predictions can be binned.
        top_k: Only the k largest predictions of a row can be positive.
        class_id: Only this index of the last axis is counted.
    """

    def __init__(
        self,
        name: str | None,
        dtype: Any,
        limits: tuple[float, ...],
        *,
        even: bool,
        top_k: int | None = None,
        class_id: int | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self._limits = limits
        self._even = even
        self.top_k = checked_index(top_k, "top_k", 1)
        self.class_id = checked_index(class_id, "class_id", 0)

    @property
    def thresholds(self) -> list[float]:
        """The thresholds, as numbers that predictions must exceed."""
        return list(self._limits)

    def zeros(self) -> Arrays:
        """Return counts of nothing, for each threshold."""
        return {"counts": sums.empty((2, len(self._limits) + 1))}

    def accumulate(
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Targets, shape ``(n, ...)``; whatever is not zero is positive.
            y_pred: Predictions of the same shape.
            sample_weight: None, or an array whose axes are the leading axes of the targets.
        """
        predictions = jnp.asarray(y_pred).astype(self.dtype)
        batch = confusion.samples(
            y_true, predictions, sample_weight, top_k=self.top_k, class_id=self.class_id
        )
        return {"counts": self._added(state["counts"], batch)}

    def _added(self, counts: Array, batch: confusion.Samples, per_label: bool = False) -> Array:
        if self._even:
            # A first threshold below zero is exceeded by zero too.
            open_ended = self._limits[0] < 0.0
            added = confusion.binned(batch, len(self._limits), per_label=per_label, open_ended=open_ended)
        else:
            added = confusion.compared(batch, self._limits, per_label=per_label)
        if added.shape != counts.shape[1:]:
            raise ShapeError(
                f"The metric {self.name!r} counts {counts.shape[-1]} labels; received: y_pred with "
                f"{added.shape[-1]}. Use another metric object for other data."
            )
        return sums.add(counts, added)

    def confusion(self, state: Arrays) -> Confusion:
        """Return the four counts for each threshold; on the host."""
        counts = sums.value(state["counts"])
        return confusion.read_table(confusion.table_of_bins(counts) if self._even else counts)


class _Counting(ConfusionMetric):
    """A rate or count given for the thresholds that a user names."""

    _rates: ClassVar[Any]
    """Function of the counts that gives one number for each threshold."""

    def __init__(
        self, thresholds: Any, name: str | None, dtype: Any, top_k: Any = None, class_id: Any = None
    ) -> None:
        default = 0.5 if top_k is None else BELOW_EVERYTHING
        limits = parsed_thresholds(thresholds, default)
        self.init_thresholds = None if thresholds is None else limits if len(limits) > 1 else limits[0]
        super().__init__(name, dtype, limits, even=evenly_spread(limits), top_k=top_k, class_id=class_id)

    def finish(self, state: Arrays) -> Any:
        """Return one number, or one for each threshold."""
        values = type(self)._rates(self.confusion(state))
        return float(values[0]) if len(self._limits) == 1 else values

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        given = self.init_thresholds
        return super().get_config() | {"thresholds": list(given) if isinstance(given, tuple) else given}


class TruePositives(_Counting):
    """The number (or weight) of positive targets that are predicted positive.

    Args:
        thresholds: A prediction above it is positive; a number in [0, 1], several, or None for 0.5.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If a threshold lies outside [0, 1].
    """

    _direction = "up"
    _rates = attrgetter("true_positives")

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, name, dtype)


class TrueNegatives(_Counting):
    """The number (or weight) of negative targets that are predicted negative.

    Args:
        thresholds: A prediction above it is positive; a number in [0, 1], several, or None for 0.5.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If a threshold lies outside [0, 1].
    """

    _direction = "up"
    _rates = attrgetter("true_negatives")

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, name, dtype)


class FalsePositives(_Counting):
    """The number (or weight) of negative targets that are predicted positive.

    Args:
        thresholds: A prediction above it is positive; a number in [0, 1], several, or None for 0.5.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If a threshold lies outside [0, 1].
    """

    _direction = "down"
    _rates = attrgetter("false_positives")

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, name, dtype)


class FalseNegatives(_Counting):
    """The number (or weight) of positive targets that are predicted negative.

    Args:
        thresholds: A prediction above it is positive; a number in [0, 1], several, or None for 0.5.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If a threshold lies outside [0, 1].
    """

    _direction = "down"
    _rates = attrgetter("false_negatives")

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, name, dtype)


class _Chosen(_Counting):
    """A rate that can be restricted to the largest predictions and to one class."""

    _direction = "up"

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(thresholds, name, dtype, top_k, class_id)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        return super().get_config() | {"top_k": self.top_k, "class_id": self.class_id}


class Precision(_Chosen):
    """The share of positive predictions that are right; 0 where there is none.

    Args:
        thresholds: A prediction above it is positive; a number in [0, 1], several, or None for 0.5.
            0 suits logits.
        top_k: Only the k largest predictions of a row can be positive; without ``thresholds`` all
            those are.
        class_id: Only this class is counted.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.

    Example:
        >>> from ranvier import metrics
        >>> precision = metrics.Precision()
        >>> round(float(precision([0, 1, 1, 1], [1, 0, 1, 1])), 4)
        0.6667
    """

    _rates = staticmethod(curves.precision)


class Recall(_Chosen):
    """The share of positive targets that are predicted positive; 0 where there is none.

    Args:
        thresholds: A prediction above it is positive; a number in [0, 1], several, or None for 0.5.
            0 suits logits.
        top_k: Only the k largest predictions of a row can be positive; without ``thresholds`` all
            those are.
        class_id: Only this class is counted.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _rates = staticmethod(curves.recall)
