"""Dtypes at the border of a traced function: floats in, and numbers that fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

if TYPE_CHECKING:
    import jax

    from ranvier.types import ArrayLike


def as_floats(x: ArrayLike) -> jax.Array:
    """Turn an array, list or number into an array of floats.

    Args:
        x: Anything that can become an array.

    Returns:
        An array of the dtype of ``x`` where that is a float's, else float32.
    """
    array = jnp.asarray(x)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.float32)


def like(number: ArrayLike, x: jax.Array) -> jax.Array:
    """Give a number, traced or not, the dtype of an array, as strict promotion demands.

    Args:
        number: A number, or an array that broadcasts with ``x``.
        x: The array that it will be combined with.
    """
    return jnp.asarray(number, dtype=x.dtype)
