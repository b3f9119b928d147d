"""Initializers: the first values of weights, made on the host.

Example:
    >>> from ranvier import initializers
    >>> initializers.HeNormal(seed=1)((784, 128)).shape
    (784, 128)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.identifiers import describe, resolve
from ranvier.initializers.base import Initializer
from ranvier.initializers.distributions import (
    Orthogonal,
    RandomInitializer,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)
from ranvier.initializers.fixed import Constant, GivenValues, Identity, Ones, Zeros
from ranvier.initializers.fourier import STFT
from ranvier.initializers.scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from ranvier.registry import CustomObjects, Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Configuration

IdentityInitializer = identity = Identity
OrthogonalInitializer = orthogonal = Orthogonal
STFTInitializer = stft = STFT
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

__all__ = [
    "STFT",
    "Constant",
    "GivenValues",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

REGISTRY = Registry(
    "initializer",
    {
        kind.__name__: kind
        for kind in (
            Constant,
            GivenValues,
            GlorotNormal,
            GlorotUniform,
            HeNormal,
            HeUniform,
            Identity,
            LecunNormal,
            LecunUniform,
            Ones,
            Orthogonal,
            RandomNormal,
            RandomUniform,
            STFT,
            TruncatedNormal,
            VarianceScaling,
            Zeros,
        )
    },
    {
        "IdentityInitializer": "Identity",
        "OrthogonalInitializer": "Orthogonal",
        "STFTInitializer": "STFT",
        "constant": "Constant",
        "glorot_normal": "GlorotNormal",
        "glorot_uniform": "GlorotUniform",
        "he_normal": "HeNormal",
        "he_uniform": "HeUniform",
        "identity": "Identity",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "normal": "RandomNormal",
        "one": "Ones",
        "ones": "Ones",
        "orthogonal": "Orthogonal",
        "random_normal": "RandomNormal",
        "random_uniform": "RandomUniform",
        "stft": "STFT",
        "truncated_normal": "TruncatedNormal",
        "uniform": "RandomUniform",
        "variance_scaling": "VarianceScaling",
        "zero": "Zeros",
        "zeros": "Zeros",
    },
    base=Initializer,
)


def get(identifier: Any) -> Callable[..., Any] | None:
    """Return the initializer that an identifier stands for.

    Args:
        identifier: None for none, a name, a configuration, a class, an array of the values, or a
            callable taking ``(shape, dtype)``, which is returned as it is.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
    """
    if identifier is None:
        return None
    if hasattr(identifier, "__array__") and not callable(identifier):
        return GivenValues(identifier)
    return resolve(REGISTRY, identifier)


def serialize(initializer: Callable[..., Any]) -> str | Configuration:
    """Describe an initializer by a configuration.

    Args:
        initializer: An initializer, or a user's function.

    Raises:
        ConfigurationError: If it has no name, as a lambda.
    """
    return describe(REGISTRY, initializer)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the initializer that :func:`serialize` described.

    Args:
        config: A name or a configuration.
        custom_objects: A user's own classes and functions by name.

    Raises:
        UnknownNameError: If the name is neither in the table nor given.
    """
    return resolve(REGISTRY, config, custom_objects)
