"""Losses on probabilities that are not cross-entropies, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.errors import ConfigurationError
from ranvier.functions import losses as functions
from ranvier.losses.base import Loss
from ranvier.losses.checks import check_range
from ranvier.losses.label_checks import check_categorical, check_labels
from ranvier.losses.options import number

if TYPE_CHECKING:
    import numpy as np

    from ranvier.types import PartialShape


class KLDivergence(Loss):
    """The Kullback-Leibler divergence ``sum(y_true * log(y_true / y_pred))`` of two distributions.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.kl_divergence`."""
        return functions.kl_divergence(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_categorical(y_true, output_shape, self.name)
        check_range(y_true, 0.0, 1.0, self.name, "probabilities", "Divide each row by its sum.")


class CategoricalGeneralizedCrossEntropy(Loss):
    """``(1 - p[y_true]**q) / q``: a cross-entropy that wrong labels disturb less.

    Args:
        q: Between 0 (near the cross-entropy) and 1 (near the mean absolute error), neither included.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If ``q`` is not between 0 and 1.
    """

    option_names = ("q",)
    takes_labels = True

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.q = number("q", q, 0.0, 1.0)
        if self.q in (0.0, 1.0):
            raise ConfigurationError(f"`q` must lie between 0 and 1, neither included; received: {q!r}.")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.categorical_generalized_cross_entropy`."""
        return functions.categorical_generalized_cross_entropy(y_true, y_pred, self.q)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_labels(y_true, output_shape, self.name)
