"""Distances between distributions as metrics; see the functions of these names for their formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from ranvier.arguments import checked_number
from ranvier.functions import losses
from ranvier.functions.losses.shapes import as_array, class_labels
from ranvier.metrics.reduction import MeanMetricWrapper

if TYPE_CHECKING:
    from ranvier.metrics.base import Metric
    from ranvier.types import Array, Arrays


class KLDivergence(MeanMetricWrapper):
    """The mean of ``sum(t log(t / p))``, the divergence of predicted from true distributions.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(losses.kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean of ``p - t log(p)``, for targets that are counts.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "poisson", dtype: Any = None) -> None:
        super().__init__(losses.poisson, name, dtype)


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy for targets 0 and 1.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        from_logits: Whether predictions are logits instead of probabilities.
        label_smoothing: The share in [0, 1] by which targets are drawn towards 0.5.

    Raises:
        ConfigurationError: If ``label_smoothing`` lies outside [0, 1].
    """

    _direction = "down"
    _takes_function = False

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        self.from_logits = bool(from_logits)
        self.label_smoothing = checked_number(label_smoothing, "label_smoothing", 0.0, 1.0)
        super().__init__(
            losses.binary_crossentropy,
            name,
            dtype,
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
        )

    @property
    def logits_of(self) -> str | None:
        """The sigmoid, unless predictions are logits already."""
        return "sigmoid" if self.built_in and not self.from_logits else None

    def with_logits(self) -> Metric:
        """Return the same cross-entropy of logits."""
        return type(self)(**self.get_config() | {"from_logits": True})


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy for one-hot targets.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        from_logits: Whether predictions are logits instead of probabilities.
        label_smoothing: The share in [0, 1] of each target that is spread over all classes.
        axis: The class axis.

    Raises:
        ConfigurationError: If ``label_smoothing`` lies outside [0, 1].
    """

    _direction = "down"
    _takes_function = False

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> None:
        self.from_logits = bool(from_logits)
        self.label_smoothing = checked_number(label_smoothing, "label_smoothing", 0.0, 1.0)
        self.axis = axis
        super().__init__(
            losses.categorical_crossentropy,
            name,
            dtype,
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
            axis=axis,
        )

    @property
    def logits_of(self) -> str | None:
        """The softmax, unless predictions are logits already."""
        return "softmax" if self.built_in and not self.from_logits and self.axis == -1 else None

    def with_logits(self) -> Metric:
        """Return the same cross-entropy of logits."""
        return type(self)(**self.get_config() | {"from_logits": True})


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy for targets that are class numbers.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        from_logits: Whether predictions are logits instead of probabilities.
        ignore_class: Targets with this number are left out, of the sum and of the count.
        axis: The class axis.
    """

    _direction = "down"
    _takes_function = False

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        self.from_logits = bool(from_logits)
        self.ignore_class = ignore_class
        self.axis = axis
        super().__init__(
            losses.sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=self.from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )

    @property
    def logits_of(self) -> str | None:
        """The softmax, unless predictions are logits already."""
        return "softmax" if self.built_in and not self.from_logits and self.axis == -1 else None

    def with_logits(self) -> Metric:
        """Return the same cross-entropy of logits."""
        return type(self)(**self.get_config() | {"from_logits": True})

    def accumulate(  # type: ignore[override]
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch; see :meth:`MeanMetricWrapper.accumulate`."""
        if self.ignore_class is not None:
            labels, _, _ = class_labels(y_true, y_pred, self.axis, self.name)
            counted = (labels != self.ignore_class).astype(jnp.float32)
            if sample_weight is not None:
                weights = as_array(sample_weight, "sample_weight").astype(jnp.float32)
                counted = counted * weights.reshape(weights.shape + (1,) * (counted.ndim - weights.ndim))
            sample_weight = counted
        return super().accumulate(state, y_true, y_pred, sample_weight)
