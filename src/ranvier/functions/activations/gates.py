"""Functions that multiply their argument by a gate between 0 and 1, or nearly so."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.activations.border import activation, checked_axis


@activation
def silu(x: jax.Array) -> jax.Array:
    r"""Sigmoid linear unit, also called swish: :math:`x\,\sigma(x)`.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Ramachandran et al., "Searching for activation functions" (2017).
    """
    return jax.nn.silu(x)


@activation
def hard_silu(x: jax.Array) -> jax.Array:
    r"""Piecewise stand-in for ``silu``: :math:`x\,\mathrm{hard\_sigmoid}(x)`.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Howard et al., "Searching for MobileNetV3" (2019).
    """
    return jax.nn.hard_silu(x)


@activation
def gelu(x: jax.Array, approximate: bool = False) -> jax.Array:
    r"""Gaussian error linear unit: x times the probability that a standard normal is below x.

    .. math:: f(x) = \tfrac{1}{2} x \left(1 + \mathrm{erf}(x / \sqrt 2)\right)

    Args:
        x: Array of any shape.
        approximate: Whether to use the formula with ``tanh`` instead.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
    """
    return jax.nn.gelu(x, approximate=bool(approximate))


@activation
def mish(x: jax.Array) -> jax.Array:
    r"""Self-regularised gate: :math:`x \tanh(\log(1 + e^x))`.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019).
    """
    return jax.nn.mish(x)


@activation
def glu(x: jax.Array, axis: int = -1) -> jax.Array:
    r"""Gated linear unit: the first half along an axis, gated by the sigmoid of the second.

    Args:
        x: Array whose size along ``axis`` is even.
        axis: The axis that is split.

    Returns:
        An array of half the size along ``axis``, of the dtype of ``x``.

    Raises:
        ShapeError: If the axis does not exist or has an odd size.

    Source: Dauphin et al., "Language modeling with gated convolutional networks" (2017).
    """
    axis = checked_axis(x, axis, "glu")
    if x.shape[axis] % 2:
        raise ShapeError(
            f"`glu` splits axis {axis} in two halves, so its size must be even; "
            f"received an array of shape {tuple(x.shape)}."
        )
    values, gates = jnp.split(x, 2, axis=axis)
    return values * jax.nn.sigmoid(gates)
