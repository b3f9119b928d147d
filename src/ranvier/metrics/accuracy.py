"""The share of predictions that are right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ranvier.arguments import checked_number
from ranvier.functions.metrics import accuracies, top_k
from ranvier.metrics.reduction import MeanMetricWrapper

if TYPE_CHECKING:
    from ranvier.metrics.base import Metric


class Accuracy(MeanMetricWrapper):
    """The share of predictions that equal their targets exactly.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "up"
    _takes_function = False

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracies.accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """The share of predictions on the right side of a threshold, for targets 0 and 1.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        threshold: A prediction above it counts as 1; 0 suits logits.

    Raises:
        ConfigurationError: If ``threshold`` is no number.
    """

    _direction = "up"
    _takes_function = False

    def __init__(
        self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        self.threshold = checked_number(threshold, "threshold")
        super().__init__(accuracies.binary_accuracy, name, dtype, threshold=self.threshold)

    @property
    def logits_of(self) -> str | None:
        """The sigmoid, whose inverse the threshold can be put through."""
        return "sigmoid" if self.built_in and 0.0 < self.threshold < 1.0 else None

    def with_logits(self) -> Metric:
        """Return a metric of logits with the threshold ``log(t / (1 - t))``."""
        return BinaryAccuracy(self.name, self.dtype, math.log(self.threshold / (1.0 - self.threshold)))


class CategoricalAccuracy(MeanMetricWrapper):
    """The share of samples whose largest prediction is that of their one-hot target's class.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "up"
    _takes_function = False

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(accuracies.categorical_accuracy, name, dtype)

    @property
    def logits_of(self) -> str | None:
        """The softmax, which leaves the order of predictions as it is."""
        return "softmax" if self.built_in else None

    def with_logits(self) -> Metric:
        """Return the metric itself."""
        return self


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """The share of samples whose largest prediction is that of the class their target numbers.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "up"
    _takes_function = False

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(accuracies.sparse_categorical_accuracy, name, dtype)

    @property
    def logits_of(self) -> str | None:
        """The softmax, which leaves the order of predictions as it is."""
        return "softmax" if self.built_in else None

    def with_logits(self) -> Metric:
        """Return the metric itself."""
        return self


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """The share of samples with their one-hot target's class among the k largest predictions.

    Args:
        k: How many predictions count.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If ``k`` is not a positive integer.
    """

    _direction = "up"
    _takes_function = False

    def __init__(
        self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        self.k = top_k.checked_k(k)
        super().__init__(top_k.top_k_categorical_accuracy, name, dtype, k=self.k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """The share of samples with the class that their target numbers among the k largest predictions.

    Args:
        k: How many predictions count.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
        from_sorted_ids: Whether predictions are class numbers, most strongly predicted first.

    Raises:
        ConfigurationError: If ``k`` is not a positive integer.
    """

    _direction = "up"
    _takes_function = False

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        self.k = top_k.checked_k(k)
        self.from_sorted_ids = bool(from_sorted_ids)
        super().__init__(
            top_k.sparse_top_k_categorical_accuracy,
            name,
            dtype,
            k=self.k,
            from_sorted_ids=self.from_sorted_ids,
        )
