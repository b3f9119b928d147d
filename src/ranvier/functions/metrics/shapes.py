"""Bringing targets, predictions and weights to shapes that fit, and refusing those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.losses.shapes import as_array, same_rank

if TYPE_CHECKING:
    from ranvier.types import Array


def same_shape(y_true: Array, y_pred: Array) -> tuple[jax.Array, jax.Array]:
    """Bring targets and predictions to one shape, as Keras does for a trailing axis of length one.

    Args:
        y_true: Targets.
        y_pred: Predictions; of the same shape, or one of the two has a further last axis of length 1.

    Returns:
        Both, of equal shape: ``(n,)`` beside ``(n, 1)`` gives ``(n, 1)``, otherwise the last axis goes.

    Raises:
        ShapeError: If the shapes differ otherwise. Nothing is broadcast.
    """
    targets, predictions = as_array(y_true, "y_true"), as_array(y_pred, "y_pred")
    first, second = same_rank(targets, predictions)
    if first.shape != second.shape:
        raise ShapeError(
            f"Targets and predictions must have the same shape; received: y_true of shape "
            f"{targets.shape} and y_pred of shape {predictions.shape}. If the targets are class "
            "numbers, use the sparse metric of that name or `to_categorical`."
        )
    return first, second


def weights_like(sample_weight: Array, values: jax.Array) -> jax.Array:
    """Spread weights over values, the weight's axes being the values' first axes.

    Args:
        sample_weight: A number, or shape ``(n,)``, ``(n, 1)``, ... up to the shape of ``values``.
        values: Shape ``(n, ...)``.

    Returns:
        Weights of the shape of ``values``, float32.

    Raises:
        ShapeError: If an axis is neither 1 nor that of ``values``.
    """
    weights = as_array(sample_weight, "sample_weight").astype(jnp.float32)
    if weights.ndim == values.ndim + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    extra = values.ndim - weights.ndim
    fits = extra >= 0 and all(
        own in (1, other) for own, other in zip(weights.shape, values.shape, strict=False)
    )
    if not fits:
        raise misfit(weights.shape, values.shape)
    return jnp.broadcast_to(weights.reshape(weights.shape + (1,) * extra), values.shape)


def misfit(weights: tuple[int, ...], values: tuple[int, ...]) -> ShapeError:
    """Build the error for weights that do not fit the values they should weight.

    Args:
        weights: Shape of the weights.
        values: Shape of the values.

    Returns:
        The error, to be raised by the caller.
    """
    return ShapeError(
        f"`sample_weight` must have one number for each row, or for each value, of shape {tuple(values)}; "
        f"received: sample_weight of shape {tuple(weights)}."
        + (
            " The metric's function gives one number for the whole batch, so rows cannot be weighted."
            if not values
            else ""
        )
    )


def masked_product(values: jax.Array, weights: jax.Array) -> jax.Array:
    """Multiply values by weights so that a weight of zero removes even NaN and infinity.

    Args:
        values: Any shape.
        weights: The same shape.

    Returns:
        The products; exactly zero wherever the weight is.
    """
    return jnp.where(weights != 0, values * weights, 0.0)
