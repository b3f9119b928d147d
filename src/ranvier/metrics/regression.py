"""Distances between numbers as metrics; see the functions of these names for their formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from ranvier.functions import losses
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics.shapes import same_shape
from ranvier.metrics.reduction import Mean, MeanMetricWrapper

if TYPE_CHECKING:
    from ranvier.types import Array, Arrays


class MeanSquaredError(MeanMetricWrapper):
    """The mean of ``(t - p)²``.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_squared_error, name, dtype)


class RootMeanSquaredError(Mean):
    """The square root of the mean of ``(t - p)²``.

    Args:
        name: The name in logs.
        dtype: The dtype to which targets and predictions are cast.
    """

    _direction = "down"

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def accumulate(  # type: ignore[override]
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Targets, shape ``(n, ...)``.
            y_pred: Predictions of the same shape.
            sample_weight: None, or an array whose axes are the leading axes of the targets.
        """
        targets, predictions = same_shape(
            as_array(y_true, "y_true").astype(self.dtype), as_array(y_pred, "y_pred").astype(self.dtype)
        )
        return super().accumulate(state, jnp.square(predictions - targets), sample_weight)

    def finish(self, state: Arrays) -> float:
        """Return the root of the mean."""
        return float(np.sqrt(super().finish(state)))


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of ``|t - p|``.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean of ``100 |t - p| / |t|``, in percent.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of ``(log(1 + t) - log(1 + p))²``.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """The mean of ``log(cosh(p - t))``.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "logcosh", dtype: Any = None) -> None:
        super().__init__(losses.log_cosh, name, dtype)
