"""True and false positives and negatives over thresholds.

What streams is one table of shape ``(2, thresholds + 1)``. Row 0 belongs to positive targets, row 1
to negative ones. Column 0 holds the weight of all samples, column j + 1 the weight of those
predicted above threshold j. Everything that is called confusion can be read off it.

Evenly spread thresholds are not compared one by one: each prediction falls into one bin between two
of them, and the table is the bins' sum from the right, taken once on the host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ShapeError
from ranvier.functions.metrics.shapes import same_shape, weights_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Array


class Samples(NamedTuple):
    """What is counted: three arrays of one shape.

    Attributes:
        positive: Whether the target is positive; bool.
        scores: The predictions; float32.
        weights: What each counts for; float32.
    """

    positive: jax.Array
    scores: jax.Array
    weights: jax.Array


class Confusion(NamedTuple):
    """Counts for each threshold, each of shape ``(thresholds,)`` or ``(thresholds, labels)``."""

    true_positives: np.ndarray[Any, Any]
    false_positives: np.ndarray[Any, Any]
    true_negatives: np.ndarray[Any, Any]
    false_negatives: np.ndarray[Any, Any]


def samples(
    y_true: Array,
    y_pred: Array,
    sample_weight: Array | None = None,
    *,
    top_k: int | None = None,
    class_id: int | None = None,
) -> Samples:
    """Prepare a batch for counting.

    Args:
        y_true: Targets, shape ``(n, ...)``; whatever is not zero is positive.
        y_pred: Predictions of the same shape.
        sample_weight: A number or shape ``(n,)``, ``(n, ...)``; None for 1.
        top_k: Only the k largest predictions along the last axis can be positive.
        class_id: Only this index of the last axis is counted.

    Returns:
        Targets, predictions and weights of one shape.

    Raises:
        ShapeError: If shapes differ, or ``top_k`` or ``class_id`` exceeds the last axis.
    """
    targets, predictions = same_shape(y_true, y_pred)
    scores = predictions.astype(jnp.float32)
    weights = jnp.float32(1.0) if sample_weight is None else sample_weight
    weights = weights_like(weights, scores)
    if top_k is not None:
        scores = _largest(scores, weights, top_k)
    positive = targets != 0
    if class_id is None:
        return Samples(positive, scores, weights)
    if scores.ndim < 2 or class_id >= scores.shape[-1]:
        raise ShapeError(
            f"`class_id={class_id}` needs predictions of shape (n, ..., classes) with more than {class_id} "
            f"classes; received: y_pred of shape {scores.shape}."
        )
    return Samples(positive[..., class_id], scores[..., class_id], weights[..., class_id])


def compared(batch: Samples, thresholds: Sequence[float], *, per_label: bool = False) -> jax.Array:
    """Count by comparing every prediction with every threshold.

    Args:
        batch: Arrays of shape ``(n, ...)``, or ``(n, labels)``.
        thresholds: In any order.
        per_label: Whether the columns of the batch are counted apart.

    Returns:
        The table, shape ``(2, thresholds + 1)`` or ``(2, thresholds + 1, labels)``, float32.
    """
    positive, scores, weights = batch if per_label else _flat(batch)
    weights_by_row = jnp.stack([jnp.where(positive, weights, 0.0), jnp.where(positive, 0.0, weights)])
    limits = np.asarray(thresholds, np.float32).reshape(-1, *[1] * scores.ndim)
    above = jnp.concatenate([jnp.ones((1, *scores.shape), bool), scores > limits])
    return jnp.sum(jnp.where(above, weights_by_row[:, None], 0.0), axis=2)


def binned(
    batch: Samples, thresholds: int, *, per_label: bool = False, open_ended: bool = False
) -> jax.Array:
    """Count by the bin that a prediction falls into between evenly spread thresholds.

    Args:
        batch: Arrays of shape ``(n, ...)``, or ``(n, labels)``.
        thresholds: Their number; they are 0, ..., 1 at equal distances.
        per_label: Whether the columns of the batch are counted apart.
        open_ended: Whether the first threshold lies below 0, so that all predictions exceed it.

    Returns:
        Weights by bin, shape ``(2, thresholds + 1)`` or ``(2, thresholds + 1, labels)``, float32.
        Bin j holds what exceeds exactly j thresholds.
    """
    positive, scores, weights = batch if per_label else _flat(batch)
    exceeded = jnp.ceil(jnp.clip(scores, 0.0, 1.0) * (thresholds - 1))
    exceeded = jnp.maximum(exceeded, 1.0) if open_ended else exceeded
    # NaN exceeds nothing.
    bins = jnp.where(jnp.isnan(scores), 0.0, exceeded).astype(jnp.int32)
    labels = scores.shape[1] if per_label else 1
    index = jnp.where(positive, 0, thresholds + 1) + bins
    if per_label:
        index = index * labels + jnp.arange(labels, dtype=jnp.int32)
    counts = jnp.zeros(2 * (thresholds + 1) * labels, jnp.float32).at[index].add(weights)
    return counts.reshape((2, thresholds + 1, labels) if per_label else (2, thresholds + 1))


def table_of_bins(bins: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Turn weights by bin into the table: what exceeds j thresholds lies in bin j or after it.

    Args:
        bins: Shape ``(2, thresholds + 1, ...)``.

    Returns:
        The table, same shape.
    """
    return np.asarray(np.flip(np.cumsum(np.flip(bins, 1), axis=1), 1))


def read_table(table: np.ndarray[Any, Any]) -> Confusion:
    """Read the four counts off a table.

    Args:
        table: Shape ``(2, thresholds + 1, ...)``.

    Returns:
        Counts of shape ``(thresholds, ...)``.
    """
    positives, negatives = table
    return Confusion(
        positives[1:], negatives[1:], negatives[:1] - negatives[1:], positives[:1] - positives[1:]
    )


def _flat(batch: Samples) -> Samples:
    return Samples(*(array.reshape(-1) for array in batch))


def _largest(scores: jax.Array, weights: jax.Array, k: int) -> jax.Array:
    """Keep the k largest along the last axis (of equal ones the first); the rest becomes -inf."""
    if k > scores.shape[-1]:
        raise ShapeError(
            f"`top_k={k}` needs at least {k} predictions along the last axis; received: y_pred of shape "
            f"{scores.shape}."
        )
    # Along the batch itself, rows of no weight must not take the place of others.
    ranked = jnp.where(weights != 0, scores, -jnp.inf) if scores.ndim == 1 else scores
    _, best = jax.lax.top_k(ranked, k)
    chosen = jnp.any(best[..., None] == jnp.arange(scores.shape[-1], dtype=best.dtype), axis=-2)
    return jnp.where(chosen, scores, -jnp.inf)
