"""S-shaped functions, their piecewise linear stand-ins, and the logarithm of the sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.functions.activations.border import activation

if TYPE_CHECKING:
    from ranvier.types import ArrayLike


@activation
def sigmoid(x: jax.Array) -> jax.Array:
    r"""Logistic function: :math:`1 / (1 + e^{-x})`.

    Args:
        x: Array of any shape.

    Returns:
        Values in [0, 1], of the shape and dtype of ``x``.
    """
    return jax.nn.sigmoid(x)


@activation
def log_sigmoid(x: jax.Array) -> jax.Array:
    r"""Logarithm of the logistic function: :math:`-\log(1 + e^{-x})`, without overflow.

    Args:
        x: Array of any shape.

    Returns:
        Values up to 0, of the shape and dtype of ``x``.
    """
    return jax.nn.log_sigmoid(x)


@activation
def sparse_sigmoid(x: jax.Array) -> jax.Array:
    r"""Linear ramp from 0 at -1 to 1 at 1; the derivative of ``sparse_plus``.

    Args:
        x: Array of any shape.

    Returns:
        Values in [0, 1], of the shape and dtype of ``x``.

    Source: Blondel et al., "Learning classifiers with Fenchel-Young losses" (2019), section 6.
    """
    return jax.nn.sparse_sigmoid(x)


@activation
def hard_sigmoid(x: jax.Array) -> jax.Array:
    r"""Linear ramp from 0 at -3 to 1 at 3: :math:`\min(\max(x / 6 + 1/2, 0), 1)`.

    Args:
        x: Array of any shape.

    Returns:
        Values in [0, 1], of the shape and dtype of ``x``.
    """
    return jax.nn.hard_sigmoid(x)


@activation
def tanh(x: jax.Array) -> jax.Array:
    r"""Hyperbolic tangent: :math:`(e^x - e^{-x}) / (e^x + e^{-x})`.

    Args:
        x: Array of any shape.

    Returns:
        Values in [-1, 1], of the shape and dtype of ``x``.
    """
    return jnp.tanh(x)


@activation
def hard_tanh(x: jax.Array) -> jax.Array:
    r"""The identity limited to [-1, 1].

    Args:
        x: Array of any shape.

    Returns:
        Values in [-1, 1], of the shape and dtype of ``x``.
    """
    return jax.nn.hard_tanh(x)


@activation
def softsign(x: jax.Array) -> jax.Array:
    r"""Sign approached slowly: :math:`x / (1 + |x|)`.

    Args:
        x: Array of any shape.

    Returns:
        Values in (-1, 1), of the shape and dtype of ``x``.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep networks" (2010).
    """
    return jax.nn.soft_sign(x)


@activation
def exponential(x: jax.Array) -> jax.Array:
    r"""Exponential function: :math:`e^x`.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    return jnp.exp(x)


def linear(x: ArrayLike) -> ArrayLike:
    """Return the argument itself, unchanged.

    Args:
        x: Anything.
    """
    return x
