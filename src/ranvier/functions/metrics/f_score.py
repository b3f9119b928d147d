"""F-scores: one number for precision and recall together, for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ShapeError
from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics.shapes import masked_product, weights_like

if TYPE_CHECKING:
    from ranvier.types import Array

_NOTHING = 1e-9


def class_counts(
    y_true: Array, y_pred: Array, sample_weight: Array | None = None, threshold: float | None = None
) -> jax.Array:
    """Count, for each class, what was found, what was predicted and what was there.

    Args:
        y_true: One-hot or multi-hot targets, shape ``(n, classes)``.
        y_pred: Predictions of the same shape.
        sample_weight: A number or shape ``(n,)``, ``(n, 1)``; None for 1.
        threshold: A prediction above it is positive; with None the largest of a row is.

    Returns:
        True positives, predicted positives and actual positives, shape ``(3, classes)``, float32.

    Raises:
        ShapeError: If targets and predictions are not of one two-dimensional shape.
    """
    targets, predictions = as_array(y_true, "y_true"), as_array(y_pred, "y_pred")
    if targets.ndim != 2 or targets.shape != predictions.shape:
        raise ShapeError(
            "An F-score needs targets and predictions of one shape (n, classes); received: y_true of shape "
            f"{targets.shape} and y_pred of shape {predictions.shape}. Turn class numbers into one-hot rows "
            "with `to_categorical`."
        )
    scores, actual = predictions.astype(jnp.float32), targets.astype(jnp.float32)
    if threshold is None:
        # A row of zeros predicts no class at all.
        largest = jnp.max(scores, axis=-1, keepdims=True)
        chosen = (scores >= largest) & (jnp.abs(scores) > _NOTHING)
    else:
        chosen = scores > threshold
    predicted = chosen.astype(jnp.float32)
    counted = jnp.stack([predicted * actual, predicted, actual])
    if sample_weight is not None:
        counted = masked_product(
            counted, jnp.broadcast_to(weights_like(sample_weight, scores), counted.shape)
        )
    return jnp.sum(counted, axis=1)


def f_beta_scores(counts: np.ndarray[Any, Any], beta: float) -> np.ndarray[Any, Any]:
    """Return ``(1 + b²) p r / (b² p + r)`` with precision p, recall r and b = beta; on the host.

    Args:
        counts: What :func:`class_counts` gives, shape ``(3, ...)``.
        beta: The weight of recall against precision.

    Returns:
        The scores, shape ``(...)``.
    """
    found, predicted, actual = counts
    precision = found / (predicted + EPSILON)
    recall = found / (actual + EPSILON)
    mean = precision * recall / (beta**2 * precision + recall + EPSILON)
    return np.asarray(mean * (1.0 + beta**2))
