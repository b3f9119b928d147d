"""Losses on real-valued targets, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.functions import losses as functions
from ranvier.losses.base import Loss
from ranvier.losses.checks import check_range, check_same_shape
from ranvier.losses.options import number, spares_batch, whole

if TYPE_CHECKING:
    import numpy as np

    from ranvier.types import PartialShape


class MeanSquaredError(Loss):
    """The mean of the squared errors: ``mean((y_true - y_pred)**2)``.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.mean_squared_error`."""
        return functions.mean_squared_error(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)


class MeanAbsoluteError(Loss):
    """The mean of the absolute errors: ``mean(|y_true - y_pred|)``.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.mean_absolute_error`."""
        return functions.mean_absolute_error(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)


class MeanAbsolutePercentageError(Loss):
    """The mean error in percent of the target: ``100 * mean(|y_true - y_pred| / |y_true|)``.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.mean_absolute_percentage_error`."""
        return functions.mean_absolute_percentage_error(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)


class MeanSquaredLogarithmicError(Loss):
    """The mean of the squared differences of ``log(1 + y)``: errors count by their proportion.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.mean_squared_logarithmic_error`."""
        return functions.mean_squared_logarithmic_error(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)
        check_range(
            y_true,
            0.0,
            None,
            self.name,
            "at least 0",
            "Negative targets would be cut off at 0; use mean_squared_error.",
        )


class LogCosh(Loss):
    """The mean of ``log(cosh(y_pred - y_true))``: squared near 0, absolute far from it.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "log_cosh", dtype: Any = None
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.log_cosh`."""
        return functions.log_cosh(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)


class Poisson(Loss):
    """Minus the log-likelihood of counts: ``mean(y_pred - y_true * log(y_pred))``.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "poisson", dtype: Any = None
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.poisson`."""
        return functions.poisson(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)
        check_range(
            y_true,
            0.0,
            None,
            self.name,
            "counts of at least 0",
            "For targets of both signs use mean_squared_error.",
        )


class Huber(Loss):
    """Huber's loss: squared for errors up to ``delta``, straight beyond, so outliers count for less.

    Args:
        delta: The error at which the line begins, above 0, in units of the target.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If ``delta`` is not above 0.
    """

    option_names = ("delta",)

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.delta = number("delta", delta, 1e-30)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.huber`."""
        return functions.huber(y_true, y_pred, delta=self.delta)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)


class CosineSimilarity(Loss):
    """Minus the cosine of the angle between target and prediction: -1 for equal directions.

    Args:
        axis: The axis along which the vectors lie.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    option_names = ("axis",)

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.axis = whole("axis", axis)

    @property
    def rowwise(self) -> bool:
        """Whether value i depends on row i alone."""
        return super().rowwise and spares_batch(self.axis)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.cosine_similarity`."""
        return functions.cosine_similarity(y_true, y_pred, axis=self.axis)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)
