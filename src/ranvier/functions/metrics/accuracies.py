"""How often predictions are right: one number, 0 or 1, for each sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics.shapes import same_shape

if TYPE_CHECKING:
    from ranvier.types import Array


def accuracy(y_true: Array, y_pred: Array) -> jax.Array:
    """Say where predictions equal targets exactly.

    Args:
        y_true: Targets, shape ``(n, ...)``.
        y_pred: Predicted values of the same shape.

    Returns:
        1 where they are equal, else 0; the shape of the targets, float32.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of length 1.
    """
    targets, predictions = same_shape(y_true, y_pred)
    return _matches(targets.astype(predictions.dtype), predictions)


def binary_accuracy(y_true: Array, y_pred: Array, threshold: float = 0.5) -> jax.Array:
    """Say where predictions lie on the right side of a threshold.

    Args:
        y_true: Targets 0 or 1, shape ``(n, ...)``.
        y_pred: Probabilities (or logits, with ``threshold=0``), of the same shape.
        threshold: A prediction above it counts as 1.

    Returns:
        1 where the prediction is right, else 0; float32, shape ``(n, ...)``.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of length 1.
    """
    targets, predictions = same_shape(y_true, y_pred)
    positive = predictions.astype(jnp.float32) > threshold
    return _matches(targets.astype(jnp.float32), positive.astype(jnp.float32))


def categorical_accuracy(y_true: Array, y_pred: Array) -> jax.Array:
    """Say where the largest prediction belongs to the class of a one-hot target.

    Of equal values the first is the largest, in targets and in predictions.

    Args:
        y_true: One-hot (or soft) targets, shape ``(n, ..., classes)``.
        y_pred: Probabilities or logits of the same shape.

    Returns:
        1 where the classes agree, else 0; shape ``(n, ...)``, float32.

    Raises:
        ShapeError: If the shapes differ.
    """
    targets, predictions = one_hot_pair(y_true, y_pred, "categorical_accuracy")
    return _matches(jnp.argmax(targets, axis=-1), jnp.argmax(predictions, axis=-1))


def sparse_categorical_accuracy(y_true: Array, y_pred: Array) -> jax.Array:
    """Say where the largest prediction belongs to the class that the target numbers.

    Args:
        y_true: Class numbers, shape ``(n, ...)`` or ``(n, ..., 1)``.
        y_pred: Probabilities or logits, shape ``(n, ..., classes)``.

    Returns:
        1 where the classes agree, else 0; shape ``(n, ...)``, float32.

    Raises:
        ShapeError: If there is not one class number for each row of predictions.
    """
    labels, predictions = labels_and_scores(y_true, y_pred, "sparse_categorical_accuracy")
    predicted = jnp.argmax(predictions, axis=-1)
    if jnp.issubdtype(labels.dtype, jnp.floating):
        # A label such as 1.5 is no class and matches none.
        matches = _matches(labels, predicted.astype(labels.dtype))
    else:
        matches = _matches(labels.astype(predicted.dtype), predicted)
    if matches.ndim > 1 and matches.shape[-1] == 1:
        matches = matches[..., 0]
    return matches


def one_hot_pair(y_true: Array, y_pred: Array, metric: str) -> tuple[jax.Array, jax.Array]:
    """Check that one-hot targets have the shape of the predictions.

    Args:
        y_true: One-hot targets, shape ``(n, ..., classes)``.
        y_pred: Predictions of the same shape.
        metric: The function's name, for the message.

    Returns:
        Both as arrays.

    Raises:
        ShapeError: If the shapes differ, or there is no class axis.
    """
    targets, predictions = as_array(y_true, "y_true"), as_array(y_pred, "y_pred")
    if targets.shape != predictions.shape or not targets.ndim:
        raise ShapeError(
            f"{metric} compares one-hot targets with predictions of the same shape; received: y_true of "
            f"shape {targets.shape} and y_pred of shape {predictions.shape}. For targets that are class "
            "numbers use the sparse metric."
        )
    return targets, predictions


def labels_and_scores(y_true: Array, y_pred: Array, metric: str) -> tuple[jax.Array, jax.Array]:
    """Bring class numbers to the shape of the predictions without their class axis.

    Args:
        y_true: Shape ``(n, ...)`` or ``(n, ..., 1)``.
        y_pred: Shape ``(n, ..., classes)``.
        metric: The function's name, for the message.

    Returns:
        The class numbers, shape ``(n, ...)``, and the predictions.

    Raises:
        ShapeError: If ``y_true`` has another shape.
    """
    labels, predictions = as_array(y_true, "y_true"), as_array(y_pred, "y_pred")
    rows = predictions.shape[:-1]
    if labels.shape == (*rows, 1) and predictions.ndim:
        return labels[..., 0], predictions
    if labels.shape != rows or not predictions.ndim:
        raise ShapeError(
            f"{metric} needs one class number for each row of predictions: y_true of shape {rows} or "
            f"{(*rows, 1)} beside y_pred of shape {predictions.shape}; received: y_true of shape "
            f"{labels.shape}. For one-hot targets use the metric without `sparse`."
        )
    return labels, predictions


def _matches(first: jax.Array, second: jax.Array) -> jax.Array:
    return (first == second).astype(jnp.float32)
