"""Circle loss: a metric is learned from all pairs of a batch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.losses.shapes import as_array, as_floating


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80.0,
    margin: float = 0.4,
) -> jax.Array:
    """Return ``softplus(logsumexp(positives) + logsumexp(negatives))`` for each row.

    With the cosine distance ``d = max(1 - x·y, 0)``, a pair of one class enters the first sum as
    ``gamma * (margin + d) * (d - margin)``, a pair of two classes enters the second as
    ``gamma * max(1 + margin - d, 0) * (1 - margin - d)``.

    Args:
        y_true: Integer labels of shape ``(n,)`` or ``(n, 1)``.
        y_pred: Embeddings of length 1, of shape ``(n, d)``.
        ref_labels: Labels of the embeddings to compare with, of shape ``(m,)``; ``y_true`` when None.
        ref_embeddings: Embeddings to compare with, of shape ``(m, d)``; ``y_pred`` when None.
        remove_diagonal: Whether row i is not compared with reference i.
        gamma: The scale, above 0.
        margin: The relaxation, in [0, 1].

    Returns:
        Values of shape ``(n,)``; 0 for a row without a positive or without a negative pair.

    Raises:
        ShapeError: If labels and embeddings do not fit together.

    Source: Sun et al., Circle loss, arXiv:2002.10857, equations 6 to 8.
    """
    embeddings = as_floating(y_pred, "y_pred")
    labels = _column(y_true, embeddings, "y_true")
    others = embeddings if ref_embeddings is None else as_floating(ref_embeddings, "ref_embeddings")
    other_labels = labels if ref_labels is None else _column(ref_labels, others, "ref_labels")
    distance = jnp.maximum(1.0 - embeddings @ others.T, 0.0)
    same = labels == other_labels.T
    positive = same & ~jnp.eye(same.shape[0], same.shape[1], dtype=bool) if remove_diagonal else same
    attraction = gamma * (margin + distance) * (distance - margin)
    repulsion = gamma * jnp.maximum(1.0 + margin - distance, 0.0) * (1.0 - margin - distance)
    return jax.nn.softplus(_log_sum(attraction, positive) + _log_sum(repulsion, ~same))


def _log_sum(values: jax.Array, chosen: jax.Array) -> jax.Array:
    return jax.nn.logsumexp(values, axis=1, where=chosen)


def _column(labels: Any, embeddings: jax.Array, name: str) -> jax.Array:
    array = as_array(labels, name).astype(jnp.int32)
    if embeddings.ndim != 2 or array.shape not in ((len(embeddings),), (len(embeddings), 1)):
        raise ShapeError(
            "circle needs embeddings of shape (n, d) and one integer label for each; "
            f"received: embeddings of shape {embeddings.shape}, {name} of shape {array.shape}."
        )
    return array.reshape(-1, 1)
