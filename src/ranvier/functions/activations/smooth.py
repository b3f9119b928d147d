"""Smooth approximations of the rectifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.functions.activations.border import activation
from ranvier.functions.casting import like

if TYPE_CHECKING:
    from ranvier.types import ArrayLike


@activation
def softplus(x: jax.Array) -> jax.Array:
    r"""Smooth rectifier: :math:`\log(1 + e^x)`, without overflow.

    Args:
        x: Array of any shape.

    Returns:
        Positive values of the shape and dtype of ``x``.
    """
    return jax.nn.softplus(x)


@activation
def squareplus(x: jax.Array, b: ArrayLike = 4) -> jax.Array:
    r"""Algebraic smooth rectifier: :math:`(x + \sqrt{x^2 + b}) / 2`.

    Args:
        x: Array of any shape.
        b: Width of the bend, at least 0.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Barron, "Squareplus: a softplus-like algebraic rectifier" (2021).
    """
    return (x + jnp.sqrt(jnp.square(x) + like(b, x))) / 2


@activation
def sparse_plus(x: jax.Array) -> jax.Array:
    r"""Rectifier with a parabola between -1 and 1.

    .. math:: f(x) = 0 \;(x \le -1), \quad (x + 1)^2 / 4 \;(-1 < x < 1), \quad x \;(x \ge 1)

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    return jax.nn.sparse_plus(x)
