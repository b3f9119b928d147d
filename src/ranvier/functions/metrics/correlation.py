"""How alike two vectors are: Pearson's and Lin's correlation, cosine similarity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.losses.shapes import matched
from ranvier.functions.metrics.shapes import masked_product, weights_like

if TYPE_CHECKING:
    from ranvier.types import Array


def pearson_correlation(
    y_true: Array, y_pred: Array, axis: int = -1, sample_weight: Array | None = None
) -> jax.Array:
    """Return ``cov(t, p) / (std(t) std(p))`` along an axis.

    Args:
        y_true: Targets, shape ``(n, ...)``.
        y_pred: Predictions of the same shape.
        axis: The axis along which the two are correlated.
        sample_weight: Weights of the averages along ``axis``; None for 1.

    Returns:
        Values in [-1, 1], the shape without ``axis``; NaN where one of the two is constant.

    Raises:
        ShapeError: If the shapes differ.
    """
    targets, predictions = matched(y_true, y_pred, "pearson_correlation")
    weights = None if sample_weight is None else weights_like(sample_weight, predictions)
    first, _ = _centred(targets, weights, axis)
    second, _ = _centred(predictions, weights, axis)
    deviations = jnp.sqrt(_mean(first**2, weights, axis)) * jnp.sqrt(_mean(second**2, weights, axis))
    return jnp.squeeze(_mean(first * second, weights, axis) / deviations, axis)


def concordance_correlation(
    y_true: Array, y_pred: Array, axis: int = -1, sample_weight: Array | None = None
) -> jax.Array:
    """Return ``2 cov(t, p) / (var(t) + var(p) + (mean(t) - mean(p))²)`` along an axis.

    Args:
        y_true: Targets, shape ``(n, ...)``.
        y_pred: Predictions of the same shape.
        axis: The axis along which the two are compared.
        sample_weight: Weights of the averages along ``axis``; None for 1.

    Returns:
        Values in [-1, 1], the shape without ``axis``; 1 only where the two are equal.

    Raises:
        ShapeError: If the shapes differ.

    Source: L. Lin, "A concordance correlation coefficient to evaluate reproducibility", 1989.
    """
    targets, predictions = matched(y_true, y_pred, "concordance_correlation")
    weights = None if sample_weight is None else weights_like(sample_weight, predictions)
    first, mean_first = _centred(targets, weights, axis)
    second, mean_second = _centred(predictions, weights, axis)
    spread = _mean(first**2, weights, axis) + _mean(second**2, weights, axis)
    distance = spread + (mean_first - mean_second) ** 2 + EPSILON
    return jnp.squeeze(2.0 * _mean(first * second, weights, axis) / distance, axis)


def cosine_similarity(
    y_true: Array, y_pred: Array, axis: int = -1, sample_weight: Array | None = None
) -> jax.Array:
    """Return ``sum(t p) / (|t| |p|)`` along an axis; 1 for vectors of one direction.

    Args:
        y_true: Targets, shape ``(n, ...)``.
        y_pred: Predictions of the same shape.
        axis: The axis along which the vectors lie.
        sample_weight: Weights of the sums along ``axis``; None for 1.

    Returns:
        Values in [-1, 1], the shape without ``axis``; 0 where a vector is zero.

    Raises:
        ShapeError: If the shapes differ.
    """
    targets, predictions = matched(y_true, y_pred, "cosine_similarity")
    if sample_weight is None:
        products, squares, other_squares = targets * predictions, targets**2, predictions**2
    else:
        weights = weights_like(sample_weight, predictions).astype(predictions.dtype)
        products = masked_product(targets * predictions, weights)
        squares, other_squares = masked_product(targets**2, weights), masked_product(predictions**2, weights)
    return jnp.sum(products, axis) * _inverse_norm(squares, axis) * _inverse_norm(other_squares, axis)


def _inverse_norm(squares: jax.Array, axis: int) -> jax.Array:
    return jnp.minimum(jax.lax.rsqrt(jnp.sum(squares, axis)), 1.0 / EPSILON)


def _centred(values: jax.Array, weights: jax.Array | None, axis: int) -> tuple[jax.Array, jax.Array]:
    mean = _mean(values, weights, axis)
    return values - mean, mean


def _mean(values: jax.Array, weights: jax.Array | None, axis: int) -> jax.Array:
    if weights is None:
        return jnp.mean(values, axis, keepdims=True)
    weights = weights.astype(values.dtype)
    return jnp.sum(masked_product(values, weights), axis, keepdims=True) / jnp.sum(
        weights, axis, keepdims=True
    )
