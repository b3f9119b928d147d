"""Running sums in twice the precision of float32.

A float32 that counts rows stops growing at 2**24 and loses small addends long before. Here a
running sum is two float32 numbers, ``high + low``, stacked on a leading axis of length two.
Each addition first carries ``low`` into ``high`` and keeps what that rounding lost, so the
increment itself is read once and the whole update stays one fused kernel.

Source: T. J. Dekker, "A floating-point technique for extending the available precision", 1971.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from ranvier.types import Array, Shape


def empty(shape: Shape) -> np.ndarray[Any, Any]:
    """Return running sums of nothing.

    Args:
        shape: Shape of the quantity that is summed.

    Returns:
        Zeros of shape ``(2, *shape)``, float32.
    """
    return np.zeros((2, *shape), np.float32)


def add(sums: Array, increment: Array) -> jax.Array:
    """Add an increment to running sums.

    Args:
        sums: Shape ``(2, *shape)``, float32.
        increment: Shape ``shape``, float32.

    Returns:
        The new sums, shape ``(2, *shape)``. Whole numbers are exact up to 2**47.
    """
    high, low = sums[0], sums[1]
    carried = high + low
    # An infinite sum has no remainder; without this, inf - inf would turn it into NaN.
    remainder = jnp.where(jnp.isfinite(carried), low - (carried - high), 0.0)
    return jnp.stack([carried, remainder + increment])


def value(sums: Array) -> np.ndarray[Any, Any]:
    """Read running sums on the host.

    Args:
        sums: Shape ``(2, *shape)``.

    Returns:
        The sums, shape ``shape``, float64.
    """
    high, low = np.asarray(sums, np.float64)
    return np.asarray(high + low)
