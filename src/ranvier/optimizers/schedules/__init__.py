"""Learning rates that change from step to step, under Keras' names.

Hand one to an optimizer in place of a number: ``Adam(learning_rate=CosineDecay(1e-3, 10_000))``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.optimizers.schedules.base import LearningRateSchedule
from ranvier.optimizers.schedules.cosine import CosineDecay, CosineDecayRestarts
from ranvier.optimizers.schedules.decay import (
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from ranvier.registry import CustomObjects, Registry

if TYPE_CHECKING:
    from ranvier.types import Configuration

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

_registry = Registry(
    "learning-rate schedule",
    {
        schedule.__name__: schedule
        for schedule in (
            CosineDecay,
            CosineDecayRestarts,
            ExponentialDecay,
            InverseTimeDecay,
            PiecewiseConstantDecay,
            PolynomialDecay,
        )
    },
    base=LearningRateSchedule,
)


def serialize(learning_rate_schedule: LearningRateSchedule) -> Configuration:
    """Describe a schedule by its class name and configuration, as in Keras."""
    return _registry.serialize(learning_rate_schedule)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """Build the schedule that :func:`serialize` described.

    Args:
        config: A mapping with ``class_name`` and ``config``.
        custom_objects: A user's own classes by name.

    Returns:
        A :class:`LearningRateSchedule`.

    Raises:
        UnknownNameError: If the class is neither built in nor given.
    """
    return _registry.deserialize(config, custom_objects)
