"""Losses on real-valued targets.

Each compares arrays of one shape ``(n, ..., d)`` and gives one value per sample, of shape
``(n, ...)``. All raise ``ShapeError`` for shapes that differ; see :func:`~.shapes.matched`.
Source: their definitions in Keras 3, ``keras.losses``.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.functions.losses.shapes import Axis, canonical_axis, matched

EPSILON = 1e-7
"""Keras' fuzz factor: divisors and probabilities stay at least this far from zero."""


def mean_squared_error(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean((y_true - y_pred)**2)`` over the last axis.

    Args:
        y_true: Targets of shape ``(n, ..., d)``.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "mean_squared_error")
    return jnp.mean(jnp.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean(|y_true - y_pred|)`` over the last axis.

    Args:
        y_true: Targets of shape ``(n, ..., d)``.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "mean_absolute_error")
    return jnp.mean(jnp.abs(y_true - y_pred), axis=-1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``100 * mean(|y_true - y_pred| / max(|y_true|, 1e-7))`` over the last axis.

    Args:
        y_true: Targets of shape ``(n, ..., d)``; away from zero, or the value is huge.
        y_pred: Predictions of the same shape.

    Returns:
        Values in percent, of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "mean_absolute_percentage_error")
    return 100.0 * jnp.mean(jnp.abs((y_true - y_pred) / jnp.maximum(jnp.abs(y_true), EPSILON)), axis=-1)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean((log(1 + y_true) - log(1 + y_pred))**2)`` over the last axis.

    Args:
        y_true: Targets of shape ``(n, ..., d)``; values below 1e-7 count as 1e-7.
        y_pred: Predictions of the same shape, treated alike.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "mean_squared_logarithmic_error")
    log_pred = jnp.log(jnp.maximum(y_pred, EPSILON) + 1.0)
    log_true = jnp.log(jnp.maximum(y_true, EPSILON) + 1.0)
    return jnp.mean(jnp.square(log_pred - log_true), axis=-1)


def cosine_similarity(y_true: Any, y_pred: Any, axis: Axis = -1) -> jax.Array:
    """Return minus the cosine of the angle between targets and predictions.

    Args:
        y_true: Targets of shape ``(n, ..., d)``.
        y_pred: Predictions of the same shape.
        axis: The axis along which the vectors lie.

    Returns:
        Values in [-1, 1] of the inputs' shape without ``axis``: -1 for equal directions, 0 when
        either vector is zero.
    """
    y_true, y_pred = matched(y_true, y_pred, "cosine_similarity")
    axis = canonical_axis(axis, y_pred.ndim)
    return -jnp.sum(_unit(y_true, axis) * _unit(y_pred, axis), axis=axis)


def _unit(vectors: jax.Array, axis: int) -> jax.Array:
    # The floor lies inside the root, so that the derivative at the zero vector is finite.
    squares = jnp.sum(jnp.square(vectors), axis=axis, keepdims=True)
    return vectors * jax.lax.rsqrt(jnp.maximum(squares, EPSILON**2))


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> jax.Array:
    """Return Huber's loss: a parabola near zero error, a straight line beyond ``delta``.

    With ``e = y_pred - y_true``: ``mean(e**2 / 2 if |e| <= delta else delta * |e| - delta**2 / 2)``
    over the last axis.

    Args:
        y_true: Targets of shape ``(n, ..., d)``.
        y_pred: Predictions of the same shape.
        delta: The error at which the line begins, above 0, in units of the target.

    Returns:
        Values of shape ``(n, ...)``.

    Source: Huber, Robust estimation of a location parameter (1964).
    """
    y_true, y_pred = matched(y_true, y_pred, "huber")
    error = jnp.abs(y_pred - y_true)
    parabola, line = 0.5 * jnp.square(error), delta * error - 0.5 * delta**2
    return jnp.mean(jnp.where(error <= delta, parabola, line), axis=-1)


def log_cosh(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean(log(cosh(y_pred - y_true)))`` over the last axis, without overflow.

    Args:
        y_true: Targets of shape ``(n, ..., d)``.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "log_cosh")
    error = y_pred - y_true
    return jnp.mean(error + jax.nn.softplus(-2.0 * error) - math.log(2.0), axis=-1)


def poisson(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean(y_pred - y_true * log(y_pred + 1e-7))`` over the last axis.

    The negative log-likelihood of counts ``y_true`` under rates ``y_pred``, up to a constant.

    Args:
        y_true: Counts of shape ``(n, ..., d)``, at least 0.
        y_pred: Rates of the same shape, at least 0.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "poisson")
    return jnp.mean(y_pred - y_true * jnp.log(y_pred + EPSILON), axis=-1)
