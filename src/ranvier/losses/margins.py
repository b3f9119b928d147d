"""Margin losses, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.functions import losses as functions
from ranvier.losses.base import Loss
from ranvier.losses.checks import check_same_shape, check_signs
from ranvier.losses.label_checks import check_categorical

if TYPE_CHECKING:
    import numpy as np

    from ranvier.types import PartialShape


class Hinge(Loss):
    """``mean(max(1 - y_true * y_pred, 0))`` for labels -1 and 1, or 0 and 1.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "hinge", dtype: Any = None
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.margins`."""
        return functions.hinge(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)
        check_signs(y_true, self.name)


class SquaredHinge(Loss):
    """``mean(max(1 - y_true * y_pred, 0)**2)`` for labels -1 and 1, or 0 and 1.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.squared_hinge`."""
        return functions.squared_hinge(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_same_shape(y_true, output_shape, self.name)
        check_signs(y_true, self.name)


class CategoricalHinge(Loss):
    """``max(negative - positive + 1, 0)``: the right class must lead the best wrong one by 1.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.categorical_hinge`."""
        return functions.categorical_hinge(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_categorical(y_true, output_shape, self.name)
