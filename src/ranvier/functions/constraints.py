"""Projections of a weight array onto the values it is allowed to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.casting import like

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jax

    from ranvier.types import ArrayLike

EPSILON = 1e-7
"""Added to a norm before dividing by it, as Keras does."""


def max_norm(w: ArrayLike, max_value: ArrayLike, axis: int | Sequence[int]) -> jax.Array:
    r"""Shorten vectors that are too long.

    .. math:: w \frac{\min(\|w\|, m)}{\|w\| + \epsilon}

    Args:
        w: Weights of any shape with the given axes.
        max_value: The largest norm m.
        axis: The axis, or axes, along which one vector lies.

    Returns:
        An array of the shape and dtype of ``w``.

    Raises:
        ShapeError: If an axis does not exist.

    Source: Srivastava et al., "Dropout" (2014), section 5.1.
    """
    weights = jnp.asarray(w)
    norms = _norms(weights, axis)
    return weights * (jnp.clip(norms, 0, like(max_value, weights)) / (norms + EPSILON))


def non_negative(w: ArrayLike) -> jax.Array:
    r"""Replace negative values by zero: :math:`\max(w, 0)`.

    Args:
        w: Weights of any shape.

    Returns:
        An array of the shape and dtype of ``w``.
    """
    return jnp.maximum(jnp.asarray(w), 0)


def unit_norm(w: ArrayLike, axis: int | Sequence[int]) -> jax.Array:
    r"""Scale vectors to length 1: :math:`w / (\|w\| + \epsilon)`.

    Args:
        w: Weights of any shape with the given axes.
        axis: The axis, or axes, along which one vector lies.

    Returns:
        An array of the shape and dtype of ``w``.

    Raises:
        ShapeError: If an axis does not exist.
    """
    weights = jnp.asarray(w)
    return weights / (_norms(weights, axis) + EPSILON)


def min_max_norm(
    w: ArrayLike, min_value: ArrayLike, max_value: ArrayLike, rate: ArrayLike, axis: int | Sequence[int]
) -> jax.Array:
    r"""Move the lengths of vectors towards an interval.

    .. math:: w \frac{r\,\mathrm{clip}(\|w\|, a, b) + (1 - r) \|w\|}{\|w\| + \epsilon}

    Args:
        w: Weights of any shape with the given axes.
        min_value: The smallest norm a.
        max_value: The largest norm b.
        rate: The part r of the way that is gone at once; 1 enforces the interval strictly.
        axis: The axis, or axes, along which one vector lies.

    Returns:
        An array of the shape and dtype of ``w``.

    Raises:
        ShapeError: If an axis does not exist.
    """
    weights = jnp.asarray(w)
    norms = _norms(weights, axis)
    inside = jnp.clip(norms, like(min_value, weights), like(max_value, weights))
    part = like(rate, weights)
    return weights * ((part * inside + (1 - part) * norms) / (norms + EPSILON))


def _norms(weights: jax.Array, axis: int | Sequence[int]) -> jax.Array:
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    missing = [single for single in axes if not -weights.ndim <= single < weights.ndim]
    if missing:
        raise ShapeError(
            f"The constraint measures norms along axis {missing[0]}, which weights of shape "
            f"{tuple(weights.shape)} do not have; choose another `axis`."
        )
    return jnp.sqrt(jnp.sum(jnp.square(weights), axis=axes, keepdims=True))
