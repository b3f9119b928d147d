"""Functions that pull values towards zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.functions.activations.border import activation
from ranvier.functions.casting import like

if TYPE_CHECKING:
    from ranvier.types import ArrayLike


@activation
def hard_shrink(x: jax.Array, threshold: ArrayLike = 0.5) -> jax.Array:
    r"""Zero between -t and t, unchanged outside.

    Args:
        x: Array of any shape.
        threshold: The threshold t.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    return jnp.where(jnp.abs(x) <= like(threshold, x), 0, x)


@activation
def soft_shrink(x: jax.Array, threshold: ArrayLike = 0.5) -> jax.Array:
    r"""Zero between -t and t, moved by t towards zero outside.

    Args:
        x: Array of any shape.
        threshold: The threshold t, at least 0.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    width = like(threshold, x)
    return x - jnp.clip(x, -width, width)


@activation
def tanh_shrink(x: jax.Array) -> jax.Array:
    r"""What the hyperbolic tangent leaves: :math:`x - \tanh(x)`.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    return x - jnp.tanh(x)
