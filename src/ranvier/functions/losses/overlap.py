"""Losses on the overlap of two regions, for segmentation."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.losses.shapes import Axes, matched


def dice(y_true: Any, y_pred: Any, axis: Axes = None) -> jax.Array:
    """Return ``1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred))``.

    Args:
        y_true: Membership in [0, 1], of shape ``(n, ...)``.
        y_pred: Predicted membership of the same shape.
        axis: The axes of the sums; all when None, the batch included.

    Returns:
        Values of the shape without ``axis``; a scalar for None.

    Raises:
        ShapeError: If the shapes differ.

    Source: Milletari et al., V-Net, arXiv:1606.04797.
    """
    y_true, y_pred = matched(y_true, y_pred, "dice")
    axes = tuple(axis) if isinstance(axis, list) else axis
    shared = jnp.sum(y_true * y_pred, axis=axes)
    total = jnp.sum(y_true, axis=axes) + jnp.sum(y_pred, axis=axes)
    return 1.0 - 2.0 * shared / (total + EPSILON)


def tversky(y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Axes = None) -> jax.Array:
    """Return ``1 - s / (s + alpha * a + beta * b)``: Dice with a price on each kind of error.

    ``s = sum(y_true * y_pred)``, ``a = sum(y_true * (1 - y_pred))``, ``b = sum((1 - y_true) * y_pred)``.
    As in Keras, ``alpha`` therefore weighs what the prediction misses.

    Args:
        y_true: Membership in [0, 1], of shape ``(n, ...)``.
        y_pred: Predicted membership of the same shape.
        alpha: The price of members not predicted.
        beta: The price of non-members predicted.
        axis: The axes of the sums; all when None, the batch included.

    Returns:
        Values of the shape without ``axis``; a scalar for None.

    Raises:
        ShapeError: If the shapes differ.

    Source: Salehi et al., Tversky loss, arXiv:1706.05721.
    """
    y_true, y_pred = matched(y_true, y_pred, "tversky")
    axes = tuple(axis) if isinstance(axis, list) else axis
    shared = jnp.sum(y_true * y_pred, axis=axes)
    missed = jnp.sum(y_true * (1.0 - y_pred), axis=axes)
    invented = jnp.sum((1.0 - y_true) * y_pred, axis=axes)
    return 1.0 - shared / (shared + alpha * missed + beta * invented + EPSILON)
