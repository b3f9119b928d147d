"""Optimizers by name, by configuration, or as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

from ranvier.errors import ConfigurationError, FileFormatError, UnsupportedError
from ranvier.optimizers.adadelta import Adadelta
from ranvier.optimizers.adafactor import Adafactor
from ranvier.optimizers.adagrad import Adagrad
from ranvier.optimizers.adam import Adam, AdamW
from ranvier.optimizers.adamax import Adamax
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.ftrl import Ftrl
from ranvier.optimizers.lamb import Lamb
from ranvier.optimizers.lion import Lion
from ranvier.optimizers.muon import Muon
from ranvier.optimizers.nadam import Nadam
from ranvier.optimizers.optax_adapter import OptaxOptimizer, is_transformation
from ranvier.optimizers.rmsprop import RMSprop
from ranvier.optimizers.schedule_free import ScheduleFreeAdamW
from ranvier.optimizers.sgd import SGD
from ranvier.registry import CustomObjects, Registry, custom_object

if TYPE_CHECKING:
    from ranvier.types import Configuration

_registry = Registry(
    "optimizer",
    {
        optimizer.__name__: optimizer
        for optimizer in (
            SGD,
            Adadelta,
            Adafactor,
            Adagrad,
            Adam,
            AdamW,
            Adamax,
            Ftrl,
            Lamb,
            Lion,
            Muon,
            Nadam,
            RMSprop,
            ScheduleFreeAdamW,
        )
    },
    base=Optimizer,
)
_canonical = {name.lower(): name for name in _registry.entries}
_left_out = {
    "lossscaleoptimizer": "Use `loss_scale_factor` of any optimizer for a constant scale.",
    "multioptimizer": "Train the parts in turn, each with its own optimizer and `trainable` set.",
}


@overload
def get(identifier: None) -> None: ...
@overload
def get(identifier: object) -> Optimizer: ...
def get(identifier: Any) -> Optimizer | None:
    """Return the optimizer that an identifier stands for.

    Args:
        identifier: A name in any case (``"adam"``, ``"Adam"``), a configuration, an optimizer, the class of
            one, or an Optax transformation. None stays None.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If it is none of these.

    Example:
        >>> type(get("rmsprop")).__name__
        'RMSprop'
    """
    if identifier is None or isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    if isinstance(identifier, Mapping):
        return deserialize(identifier)
    if isinstance(identifier, type) and issubclass(identifier, Optimizer):
        return deserialize({"class_name": identifier.__name__}, {identifier.__name__: identifier})
    if is_transformation(identifier):
        return OptaxOptimizer(identifier)
    raise ConfigurationError(
        f"Expected the name of an optimizer, its configuration, an Optimizer or an Optax transformation; "
        f"received: {identifier!r:.200}."
    )


def serialize(optimizer: Optimizer) -> Configuration:
    """Describe an optimizer by its class name and configuration, without its state, as in Keras."""
    return _registry.serialize(optimizer)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Optimizer:
    """Build the optimizer that :func:`serialize` described.

    Args:
        config: A mapping with ``class_name`` (in any case for the built-in ones) and ``config``.
        custom_objects: A user's own classes by name.

    Raises:
        FileFormatError: If ``config`` is no such mapping.
        UnknownNameError: If the class is neither built in nor given.
        UnsupportedError: If Keras has it and Ranvier does not.
    """
    name = config.get("class_name") if isinstance(config, Mapping) else None
    if isinstance(name, str) and custom_object(name, custom_objects) is None:
        if name.lower() in _left_out:
            raise UnsupportedError(f"Ranvier has no optimizer {name!r}. {_left_out[name.lower()]}")
        config = {**config, "class_name": _canonical.get(name.lower(), name)}
    optimizer = _registry.deserialize(config, custom_objects)
    if not isinstance(optimizer, Optimizer):
        raise FileFormatError(
            f"Expected the configuration of an optimizer; received one of {type(optimizer).__name__}."
        )
    return optimizer
