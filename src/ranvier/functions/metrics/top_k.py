"""How often the right class is among the k that are predicted most strongly."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError
from ranvier.functions.metrics.accuracies import labels_and_scores, one_hot_pair

if TYPE_CHECKING:
    from ranvier.types import Array


def top_k_categorical_accuracy(y_true: Array, y_pred: Array, k: int = 5) -> jax.Array:
    """Say where the class of a one-hot target is among the k largest predictions.

    A class whose prediction equals that of others is placed before them.

    Args:
        y_true: One-hot targets, shape ``(n, ..., classes)``.
        y_pred: Probabilities or logits of the same shape.
        k: How many predictions count.

    Returns:
        1 where the class is among them, else 0; shape ``(n, ...)``, float32.

    Raises:
        ShapeError: If the shapes differ.
        ConfigurationError: If ``k`` is not a positive integer.
    """
    targets, predictions = one_hot_pair(y_true, y_pred, "top_k_categorical_accuracy")
    return _in_top_k(jnp.argmax(targets, axis=-1), predictions, checked_k(k))


def sparse_top_k_categorical_accuracy(
    y_true: Array, y_pred: Array, k: int = 5, from_sorted_ids: bool = False
) -> jax.Array:
    """Say where the class that the target numbers is among the k largest predictions.

    Args:
        y_true: Class numbers, shape ``(n, ...)``.
        y_pred: Probabilities or logits, shape ``(n, ..., classes)``; with ``from_sorted_ids`` the
            class numbers themselves, most strongly predicted first.
        k: How many predictions count.
        from_sorted_ids: Whether ``y_pred`` holds sorted class numbers instead of scores.

    Returns:
        1 where the class is among them, else 0; shape ``(n, ...)``, float32.

    Raises:
        ShapeError: If there is not one class number for each row of predictions.
        ConfigurationError: If ``k`` is not a positive integer.
    """
    k = checked_k(k)
    labels, predictions = labels_and_scores(y_true, y_pred, "sparse_top_k_categorical_accuracy")
    if from_sorted_ids:
        found = predictions[..., :k] == labels[..., None].astype(predictions.dtype)
        return jnp.any(found, axis=-1).astype(jnp.float32)
    return _in_top_k(labels, predictions, k)


def checked_k(k: int) -> int:
    """Return ``k`` as an integer.

    Args:
        k: How many predictions count.

    Raises:
        ConfigurationError: If it is not an integer of at least 1.
    """
    try:
        count = operator.index(k)
    except TypeError:
        count = 0
    if count < 1 or isinstance(k, bool):
        raise ConfigurationError(f"`k` must be a positive integer; received: k={k!r}.")
    return count


def _in_top_k(labels: jax.Array, predictions: jax.Array, k: int) -> jax.Array:
    """Count the classes predicted more strongly than the right one; fewer than k is a hit."""
    classes = predictions.shape[-1]
    numbers = labels[..., None].astype(jnp.int32)
    chosen = jnp.arange(classes, dtype=jnp.int32) == numbers
    # NaN, and a label that is no class, rank behind everything.
    own = jnp.max(jnp.where(chosen & ~jnp.isnan(predictions), predictions, -jnp.inf), -1, keepdims=True)
    stronger = jnp.sum(predictions > own, axis=-1)
    return ((stronger < k) & jnp.any(chosen, axis=-1)).astype(jnp.float32)
