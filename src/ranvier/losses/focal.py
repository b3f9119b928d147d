"""Focal cross-entropies, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.functions import losses as functions
from ranvier.losses.checks import check_binary
from ranvier.losses.crossentropy import Crossentropy
from ranvier.losses.label_checks import check_categorical
from ranvier.losses.options import flag, number, whole

if TYPE_CHECKING:
    import numpy as np

    from ranvier.types import PartialShape


class BinaryFocalCrossentropy(Crossentropy):
    """Binary cross-entropy in which outputs that are right already count for less.

    Args:
        apply_class_balancing: Whether class 1 is weighted by ``alpha`` and class 0 by ``1 - alpha``.
        alpha: The weight of class 1, in [0, 1].
        gamma: The focusing exponent, at least 0.
        from_logits: Whether predictions are logits.
        label_smoothing: In [0, 1]; targets move towards 1/2 by this share.
        axis: The axis of the mean.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If an option has no meaning.
    """

    option_names = ("apply_class_balancing", "alpha", "gamma", "from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(from_logits, whole("axis", axis), "sigmoid", name, reduction, dtype)
        self.apply_class_balancing = flag("apply_class_balancing", apply_class_balancing)
        self.alpha = number("alpha", alpha, 0.0, 1.0)
        self.gamma = number("gamma", gamma, 0.0)
        self.label_smoothing = number("label_smoothing", label_smoothing, 0.0, 1.0)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.binary_focal_crossentropy`."""
        return functions.binary_focal_crossentropy(y_true, y_pred, **self._options())

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_binary(y_true, output_shape, self.name)


class CategoricalFocalCrossentropy(Crossentropy):
    """Categorical cross-entropy in which samples that are right already count for less.

    Args:
        alpha: The weight of all classes, at least 0.
        gamma: The focusing exponent, at least 0.
        from_logits: Whether predictions are logits.
        label_smoothing: The share in [0, 1] of each target that is spread evenly over the classes.
        axis: The class axis.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If an option has no meaning.
    """

    option_names = ("alpha", "gamma", "from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(from_logits, axis, "softmax", name, reduction, dtype)
        self.alpha = number("alpha", alpha, 0.0)
        self.gamma = number("gamma", gamma, 0.0)
        self.label_smoothing = number("label_smoothing", label_smoothing, 0.0, 1.0)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.categorical_focal_crossentropy`."""
        return functions.categorical_focal_crossentropy(y_true, y_pred, **self._options())

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_categorical(y_true, output_shape, self.name, self.axis)
