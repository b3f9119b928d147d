"""Activations by name, and as functions: all of Keras 3.

Example:
    >>> from ranvier import activations
    >>> activations.get("swish") is activations.silu
    True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.functions import activations as functions
from ranvier.functions.activations import (
    celu,
    elu,
    exponential,
    gelu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    linear,
    log_sigmoid,
    log_softmax,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    swish,
    tanh,
    tanh_shrink,
    threshold,
)
from ranvier.identifiers import describe, resolve
from ranvier.registry import CustomObjects, Registry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]

ALIASES = {"hard_swish": "hard_silu", "swish": "silu"}

REGISTRY = Registry(
    "activation",
    {name: getattr(functions, name) for name in functions.__all__ if name not in {*ALIASES, "logits_kind"}},
    ALIASES,
)


def get(identifier: Any) -> Callable[..., Any]:
    """Return the activation that an identifier stands for.

    Args:
        identifier: None for the identity, a name, a configuration, or a callable, which is
            returned as it is.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
    """
    return linear if identifier is None else resolve(REGISTRY, identifier)


def serialize(activation: Callable[..., Any]) -> str | dict[str, Any]:
    """Describe an activation: by its name, or by a configuration if it is a user's own.

    Args:
        activation: A function, or an object with ``get_config``.

    Raises:
        ConfigurationError: If it has no name, as a lambda.
    """
    return describe(REGISTRY, activation)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the activation that :func:`serialize` described.

    Args:
        config: A name or a configuration.
        custom_objects: A user's own activations by name.

    Raises:
        UnknownNameError: If the name is neither in the table nor given.
    """
    return resolve(REGISTRY, config, custom_objects)
