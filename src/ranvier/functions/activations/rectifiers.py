"""The rectifier and its relatives: nearly linear on one side, nearly flat on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.functions.activations.border import activation
from ranvier.functions.casting import like

if TYPE_CHECKING:
    from ranvier.types import ArrayLike


@activation
def relu(
    x: jax.Array,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike | None = None,
    threshold: ArrayLike = 0.0,
) -> jax.Array:
    r"""Rectified linear unit.

    .. math:: f(x) = \min(x, m) \text{ where } x > t, \quad a (x - t) \text{ elsewhere}

    The slope at the threshold itself is taken as 0.

    Args:
        x: Array of any shape.
        negative_slope: The slope a below the threshold.
        max_value: The largest value m, or None for no limit.
        threshold: The threshold t.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines" (2010).
    """
    # `x <= t`, not `x > t`, so that NaN passes through: a lost NaN would hide a diverging training.
    plain = _is_number(threshold, 0)
    positive = jax.nn.relu(x) if plain else jnp.where(x <= like(threshold, x), 0, x)
    if max_value is not None:
        positive = jnp.clip(positive, 0, like(max_value, x))
    if _is_number(negative_slope, 0):
        return positive
    return positive - like(negative_slope, x) * jax.nn.relu(like(threshold, x) - x)


def _is_number(value: ArrayLike, number: int) -> bool:
    return isinstance(value, int | float) and value == number


@activation
def leaky_relu(x: jax.Array, negative_slope: ArrayLike = 0.2) -> jax.Array:
    r"""Rectifier with a small slope for negative values.

    .. math:: f(x) = x \text{ where } x \ge 0, \quad a x \text{ elsewhere}

    Args:
        x: Array of any shape.
        negative_slope: The slope a.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Maas et al., "Rectifier nonlinearities improve neural network acoustic models" (2013).
    """
    return jnp.where(x >= 0, x, like(negative_slope, x) * x)


@activation
def relu6(x: jax.Array) -> jax.Array:
    r"""Rectified linear unit limited to 6: :math:`\min(\max(x, 0), 6)`.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    return jax.nn.relu6(x)


@activation
def elu(x: jax.Array, alpha: ArrayLike = 1.0) -> jax.Array:
    r"""Exponential linear unit.

    .. math:: f(x) = x \text{ where } x > 0, \quad \alpha (e^x - 1) \text{ elsewhere}

    Args:
        x: Array of any shape.
        alpha: The value approached at minus infinity, negated.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Clevert et al., "Fast and accurate deep network learning by ELUs" (2016).
    """
    return jax.nn.elu(x, like(alpha, x))


@activation
def selu(x: jax.Array) -> jax.Array:
    r"""Scaled exponential linear unit: :math:`\lambda\,\mathrm{elu}(x, \alpha)`.

    The constants (1.0507, 1.67326) make mean 0 and variance 1 a fixed point, for weights drawn
    with ``LecunNormal``.

    Args:
        x: Array of any shape.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).
    """
    return jax.nn.selu(x)


@activation
def celu(x: jax.Array, alpha: ArrayLike = 1.0) -> jax.Array:
    r"""Exponential linear unit whose slope is continuous for every alpha.

    .. math:: f(x) = x \text{ where } x \ge 0, \quad \alpha (e^{x / \alpha} - 1) \text{ elsewhere}

    Args:
        x: Array of any shape.
        alpha: The value approached at minus infinity, negated; not 0.

    Returns:
        An array of the shape and dtype of ``x``.

    Source: Barron, "Continuously differentiable exponential linear units" (2017).
    """
    return jax.nn.celu(x, like(alpha, x))


@activation
def threshold(x: jax.Array, threshold: ArrayLike, default_value: ArrayLike) -> jax.Array:
    r"""Replace what does not exceed a threshold.

    .. math:: f(x) = x \text{ where } x > t, \quad d \text{ elsewhere}

    Args:
        x: Array of any shape.
        threshold: The threshold t.
        default_value: The replacement d.

    Returns:
        An array of the shape and dtype of ``x``.
    """
    return jnp.where(x <= like(threshold, x), like(default_value, x), x)
