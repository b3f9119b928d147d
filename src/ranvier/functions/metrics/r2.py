"""The coefficient of determination from sums that can be streamed.

The variance of the targets is computed from sums of ``y - s`` and ``(y - s)²``, where s is the first
target seen: with s = 0 targets far from zero, such as years, would lose their variance to rounding.

Source: T. Chan, G. Golub and R. LeVeque, "Algorithms for computing the sample variance", 1983.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ShapeError
from ranvier.functions.losses.shapes import as_array, same_rank
from ranvier.functions.metrics.shapes import masked_product, weights_like

if TYPE_CHECKING:
    from ranvier.types import Array


class R2Parts(NamedTuple):
    """What the scores are made of, each of shape ``(outputs,)``, float64."""

    residual: np.ndarray[Any, Any]
    total: np.ndarray[Any, Any]
    scores: np.ndarray[Any, Any]


def two_dimensional(y_true: Array, y_pred: Array) -> tuple[jax.Array, jax.Array]:
    """Bring targets and predictions to one shape ``(n, outputs)``.

    Args:
        y_true: Shape ``(n,)`` or ``(n, outputs)``.
        y_pred: Shape ``(n,)`` or ``(n, outputs)``.

    Returns:
        Both, float32.

    Raises:
        ShapeError: If the shapes differ or have more axes.
    """
    given, predicted = as_array(y_true, "y_true"), as_array(y_pred, "y_pred")
    targets, predictions = same_rank(given, predicted)
    if targets.shape != predictions.shape or targets.ndim not in (1, 2):
        raise ShapeError(
            "R2Score needs targets and predictions of one shape (n, outputs); received: y_true of shape "
            f"{given.shape} and y_pred of shape {predicted.shape}."
        )
    shape = targets.shape if targets.ndim == 2 else (*targets.shape, 1)
    return targets.astype(jnp.float32).reshape(shape), predictions.astype(jnp.float32).reshape(shape)


def row_weights(sample_weight: Array | None, targets: jax.Array) -> jax.Array:
    """Return weights of the shape of the targets, 1 without any.

    Args:
        sample_weight: A number or shape ``(n,)``, ``(n, 1)``, ``(n, outputs)``, or None.
        targets: Shape ``(n, outputs)``.
    """
    return weights_like(jnp.float32(1.0) if sample_weight is None else sample_weight, targets)


def first_counted(targets: jax.Array, weights: jax.Array) -> jax.Array:
    """Return the first row of targets that has weight, shape ``(outputs,)``.

    Args:
        targets: Shape ``(n, outputs)``.
        weights: The same shape.
    """
    return targets[jnp.argmax(jnp.any(weights != 0, axis=1))]


def moments(targets: jax.Array, predictions: jax.Array, weights: jax.Array, shift: jax.Array) -> jax.Array:
    """Return what a batch adds to the sums.

    Args:
        targets: Shape ``(n, outputs)``.
        predictions: The same shape.
        weights: The same shape.
        shift: The s of this module, shape ``(outputs,)``.

    Returns:
        Sums of ``w``, ``w (y - s)``, ``w (y - s)²``, ``w (y - p)²`` and the number of values with
        weight; shape ``(5, outputs)``.
    """
    distance = targets - shift
    values = jnp.stack([jnp.ones_like(targets), distance, distance**2, (targets - predictions) ** 2])
    weighted = masked_product(values, jnp.broadcast_to(weights, values.shape))
    counted = (weights != 0).astype(jnp.float32)
    return jnp.sum(jnp.concatenate([weighted, counted[None]]), axis=1)


def r2_parts(sums: np.ndarray[Any, Any]) -> R2Parts:
    """Turn sums into scores ``1 - residual / total``; on the host.

    Args:
        sums: What :func:`moments` gave, added up; shape ``(5, outputs)``.

    Returns:
        Residuals, variation about the mean, and scores; where the targets are constant the score is 0,
        and NaN if they were predicted exactly, as in Keras.
    """
    weight, distance, squares, residual, _ = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.maximum(squares - distance * distance / weight, 0.0)
        scores = 1.0 - residual / total
    return R2Parts(residual, total, np.where(np.isinf(scores), 0.0, scores))
