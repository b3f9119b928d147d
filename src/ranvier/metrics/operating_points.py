"""The best of one rate at the thresholds where another reaches a given value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ranvier.arguments import checked_number
from ranvier.functions.metrics import curves
from ranvier.metrics.confusion import ConfusionMetric
from ranvier.metrics.thresholds import spread_thresholds

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Arrays, Configuration


class _OperatingPoint(ConfusionMetric):
    """The largest ``dependent`` rate at the thresholds whose ``constrained`` rate is high enough."""

    _direction = "up"
    _argument: ClassVar[str]
    _constrained: ClassVar[Callable[..., Any]]
    _dependent: ClassVar[Callable[..., Any]]

    def __init__(
        self, value: float, num_thresholds: int, class_id: int | None, name: str | None, dtype: Any
    ) -> None:
        self.value = checked_number(value, self._argument, 0.0, 1.0)
        limits = spread_thresholds(num_thresholds, least=1)
        self.num_thresholds = len(limits)
        super().__init__(name, dtype, limits, even=len(limits) > 1, class_id=class_id)

    def finish(self, state: Arrays) -> float:
        """Return the best rate, 0 where the other never is high enough."""
        counts, kind = self.confusion(state), type(self)
        return curves.best_under_constraint(kind._constrained(counts), kind._dependent(counts), self.value)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        return super().get_config() | {
            "num_thresholds": self.num_thresholds,
            "class_id": self.class_id,
            self._argument: self.value,
        }


class SensitivityAtSpecificity(_OperatingPoint):
    """The best recall at a threshold with at least a given specificity.

    Args:
        specificity: The share of negative targets that must be left alone, in [0, 1].
        num_thresholds: How many thresholds are tried.
        class_id: Only this class is counted.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _argument = "specificity"
    _constrained = staticmethod(curves.specificity)
    _dependent = staticmethod(curves.recall)

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)
        self.specificity = self.value


class SpecificityAtSensitivity(_OperatingPoint):
    """The best specificity at a threshold with at least a given recall.

    Args:
        sensitivity: The share of positive targets that must be found, in [0, 1].
        num_thresholds: How many thresholds are tried.
        class_id: Only this class is counted.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _argument = "sensitivity"
    _constrained = staticmethod(curves.recall)
    _dependent = staticmethod(curves.specificity)

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)
        self.sensitivity = self.value


class PrecisionAtRecall(_OperatingPoint):
    """The best precision at a threshold with at least a given recall.

    Args:
        recall: The share of positive targets that must be found, in [0, 1].
        num_thresholds: How many thresholds are tried.
        class_id: Only this class is counted.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _argument = "recall"
    _constrained = staticmethod(curves.recall)
    _dependent = staticmethod(curves.precision)

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)
        self.recall = self.value


class RecallAtPrecision(_OperatingPoint):
    """The best recall at a threshold with at least a given precision.

    Args:
        precision: The share of positive predictions that must be right, in [0, 1].
        num_thresholds: How many thresholds are tried.
        class_id: Only this class is counted.
        name: The name in logs.
        dtype: The dtype to which predictions are cast.

    Raises:
        ConfigurationError: If an argument cannot be used.
    """

    _argument = "precision"
    _constrained = staticmethod(curves.precision)
    _dependent = staticmethod(curves.recall)

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)
        self.precision = self.value
