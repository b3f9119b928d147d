"""Margins of classification as metrics; see the functions of these names for their formulas."""

from __future__ import annotations

from typing import Any

from ranvier.functions import losses
from ranvier.metrics.reduction import MeanMetricWrapper


class Hinge(MeanMetricWrapper):
    """The mean of ``max(1 - t p, 0)`` for targets -1 and 1 (or 0 and 1).

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "hinge", dtype: Any = None) -> None:
        super().__init__(losses.hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """The mean of ``max(1 - t p, 0)²`` for targets -1 and 1 (or 0 and 1).

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(losses.squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """The mean of ``max(best wrong score - right score + 1, 0)`` for one-hot targets.

    Args:
        name: The name in logs.
        dtype: The dtype to which predictions are cast.
    """

    _direction = "down"
    _takes_function = False

    def __init__(self, name: str | None = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(losses.categorical_hinge, name, dtype)
