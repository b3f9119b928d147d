"""Likeness of vectors as metrics: the mean over samples, or over columns when taken along the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from ranvier.arguments import checked_axes
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics import correlation, sums
from ranvier.functions.metrics.reduction import mean_increment
from ranvier.metrics.reduction import MeanMetricWrapper

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Array, Arrays


class _AlongAxis(MeanMetricWrapper):
    """The mean of a function that compares targets and predictions along an axis."""

    _direction = "up"
    _takes_function = False

    def __init__(self, fn: Callable[..., Any], name: str | None, dtype: Any, axis: int) -> None:
        self.axis = checked_axes(axis)
        super().__init__(fn, name, dtype, axis=axis)

    def accumulate(  # type: ignore[override]
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Along the batch axis, weights enter the averages over the rows, and the batch as a whole counts.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Targets, shape ``(n, ...)``.
            y_pred: Predictions of the same shape.
            sample_weight: None, or an array whose axes are the leading axes of the targets.
        """
        predictions = as_array(y_pred, "y_pred")
        along_batch = self._fn_kwargs["axis"] in (0, -predictions.ndim)
        if sample_weight is None or not along_batch:
            return super().accumulate(state, y_true, predictions, sample_weight)
        values = self._fn(
            y_true, predictions.astype(self.dtype), sample_weight=sample_weight, **self._fn_kwargs
        )
        anything = jnp.any(as_array(sample_weight, "sample_weight") != 0).astype(jnp.float32)
        increment = mean_increment(values, jnp.broadcast_to(anything, values.shape))
        return {"sums": sums.add(state["sums"], increment)}


class PearsonCorrelation(_AlongAxis):
    """The mean of Pearson's correlation between targets and predictions.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        axis: The axis along which the two are correlated.
    """

    def __init__(self, name: str | None = "pearson_correlation", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(correlation.pearson_correlation, name, dtype, axis)


class ConcordanceCorrelation(_AlongAxis):
    """The mean of Lin's concordance between targets and predictions; 1 only where they are equal.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        axis: The axis along which the two are compared.
    """

    def __init__(
        self, name: str | None = "concordance_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(correlation.concordance_correlation, name, dtype, axis)


class CosineSimilarity(_AlongAxis):
    """The mean of the cosine of the angle between targets and predictions; 1 for equal directions.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        axis: The axis along which the vectors lie.
    """

    def __init__(self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(correlation.cosine_similarity, name, dtype, axis)
