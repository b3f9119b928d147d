"""Losses on the overlap of two regions, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.functions import losses as functions
from ranvier.losses.base import Loss
from ranvier.losses.checks import check_same_shape
from ranvier.losses.options import axes, number, spares_batch

if TYPE_CHECKING:
    import numpy as np

    from ranvier.types import PartialShape


class Dice(Loss):
    """``1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred))``, for segmentation.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        axis: The axes of the sums; all when None, the batch included.
        dtype: The dtype of the computation; float32 when None.
    """

    option_names = ("axis",)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.axis = axes("axis", axis)

    @property
    def rowwise(self) -> bool:
        """Whether value i depends on row i alone."""
        return super().rowwise and spares_batch(self.axis)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.dice`."""
        return functions.dice(y_true, y_pred, axis=self.axis)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)


class Tversky(Loss):
    """Dice with a price on each kind of error.

    Args:
        alpha: The price of members not predicted, at least 0.
        beta: The price of non-members predicted, at least 0.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        axis: The axes of the sums; all when None, the batch included.
        dtype: The dtype of the computation; float32 when None.
    """

    option_names = ("alpha", "beta", "axis")

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.alpha = number("alpha", alpha, 0.0)
        self.beta = number("beta", beta, 0.0)
        self.axis = axes("axis", axis)

    @property
    def rowwise(self) -> bool:
        """Whether value i depends on row i alone."""
        return super().rowwise and spares_batch(self.axis)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.tversky`."""
        return functions.tversky(y_true, y_pred, alpha=self.alpha, beta=self.beta, axis=self.axis)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)
