"""Cross-entropies, by class; from probabilities, or from logits where the network can give them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

import jax
import jax.numpy as jnp

from ranvier.functions import losses as functions
from ranvier.functions.losses.shapes import as_array
from ranvier.losses.base import Loss
from ranvier.losses.checks import check_binary
from ranvier.losses.label_checks import check_categorical, check_labels
from ranvier.losses.options import axes, flag, number, spares_batch, whole

if TYPE_CHECKING:
    import numpy as np

    from ranvier.types import PartialShape


class Crossentropy(Loss):
    """What the cross-entropies share: an axis, and probabilities or logits.

    Args:
        from_logits: Whether predictions are logits.
        axis: The class axis; for the binary ones that of the mean.
        activation: The activation whose input a loss on probabilities can be computed from.
        name: The name in logs.
        reduction: How the values become one number.
        dtype: The dtype of the computation.
    """

    def __init__(
        self,
        from_logits: bool,
        axis: Any,
        activation: str,
        name: str | None,
        reduction: str | None,
        dtype: Any,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.from_logits = flag("from_logits", from_logits)
        self.axis: Any = axes("axis", axis) if activation == "sigmoid" else whole("axis", axis)
        self._activation = activation

    @property
    def rowwise(self) -> bool:
        """Whether value i depends on row i alone."""
        return super().rowwise and spares_batch(self.axis)

    @property
    def logits_of(self) -> str | None:
        """``"softmax"`` or ``"sigmoid"`` for a loss on probabilities, None for one on logits."""
        # A softmax layer works on the last axis; whether another axis is the last is not known here.
        applies = self._activation == "sigmoid" or self.axis == -1
        return self._activation if applies and self.built_in and not self.from_logits else None

    def with_logits(self) -> Self:
        """Return an equal loss that takes logits.

        Raises:
            UnsupportedError: If :attr:`logits_of` is None.
        """
        if self.logits_of is None:
            return super().with_logits()
        twin = copy.copy(self)
        twin.from_logits = True
        return twin

    def _options(self) -> dict[str, Any]:
        return {option: getattr(self, option) for option in self.option_names}


class BinaryCrossentropy(Crossentropy):
    """``mean(-y_true * log(p) - (1 - y_true) * log(1 - p))`` for independent yes-or-no outputs.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: In [0, 1]; targets move towards 1/2 by this share.
        axis: The axis of the mean.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If an option has no meaning.
    """

    option_names = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: Any = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(from_logits, axis, "sigmoid", name, reduction, dtype)
        self.label_smoothing = number("label_smoothing", label_smoothing, 0.0, 1.0)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.binary_crossentropy`."""
        return functions.binary_crossentropy(y_true, y_pred, **self._options())

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_binary(y_true, output_shape, self.name)


class CategoricalCrossentropy(Crossentropy):
    """``-sum(y_true * log(p))`` for one-hot rows; integers go with ``SparseCategoricalCrossentropy``.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: The share in [0, 1] of each target that is spread evenly over the classes.
        axis: The class axis.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If an option has no meaning.
    """

    option_names = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(from_logits, axis, "softmax", name, reduction, dtype)
        self.label_smoothing = number("label_smoothing", label_smoothing, 0.0, 1.0)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.categorical_crossentropy`."""
        return functions.categorical_crossentropy(y_true, y_pred, **self._options())

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_categorical(y_true, output_shape, self.name, self.axis)


class SparseCategoricalCrossentropy(Crossentropy):
    """``-log(p[y_true])`` for integer labels; one-hot rows go with ``CategoricalCrossentropy``.

    Args:
        from_logits: Whether predictions are logits.
        ignore_class: A label that marks entries of no interest: they cost nothing and do not count in
            a mean.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        axis: The class axis of the predictions.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If an option has no meaning.
    """

    option_names = ("from_logits", "ignore_class", "axis")
    takes_labels = True

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(from_logits, axis, "softmax", name, reduction, dtype)
        self.ignore_class = None if ignore_class is None else whole("ignore_class", ignore_class)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.sparse_categorical_crossentropy`."""
        return functions.sparse_categorical_crossentropy(y_true, y_pred, **self._options())

    def counted(self, y_true: Any, values: jax.Array) -> jax.Array | None:
        """Return where the label is not ``ignore_class``."""
        if self.ignore_class is None:
            return None
        labels = as_array(y_true, "y_true").astype(jnp.int32)
        return labels.reshape(values.shape) != self.ignore_class

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        check_labels(y_true, output_shape, self.name, self.axis, self.ignore_class)
