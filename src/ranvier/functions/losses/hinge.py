"""Margin losses: nothing to pay once a sample lies on its side by a margin of one.

All raise ``ShapeError`` for shapes that differ. Source: Keras 3, ``keras.losses``.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.functions.losses.shapes import matched


def hinge(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean(max(1 - y_true * y_pred, 0))`` over the last axis.

    Args:
        y_true: Labels -1 or 1, or 0 or 1 (0 counts as -1), of shape ``(n, ..., d)``.
        y_pred: Scores of the same shape.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "hinge")
    return jnp.mean(jnp.maximum(1.0 - _signs(y_true) * y_pred, 0.0), axis=-1)


def squared_hinge(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``mean(max(1 - y_true * y_pred, 0)**2)`` over the last axis.

    Args:
        y_true: Labels -1 or 1, or 0 or 1 (0 counts as -1), of shape ``(n, ..., d)``.
        y_pred: Scores of the same shape.

    Returns:
        Values of shape ``(n, ...)``.
    """
    y_true, y_pred = matched(y_true, y_pred, "squared_hinge")
    return jnp.mean(jnp.square(jnp.maximum(1.0 - _signs(y_true) * y_pred, 0.0)), axis=-1)


def categorical_hinge(y_true: Any, y_pred: Any) -> jax.Array:
    """Return ``max(negative - positive + 1, 0)`` for one-hot targets.

    ``positive`` is the score of the right class, ``negative`` the highest score of a wrong one.

    Args:
        y_true: One-hot rows of shape ``(n, ..., classes)``.
        y_pred: Scores of the same shape.

    Returns:
        Values of shape ``(n, ...)``.
    """
    hint = "Turn integer labels into one-hot rows with ranvier.utils.to_categorical."
    y_true, y_pred = matched(y_true, y_pred, "categorical_hinge", hint)
    positive = jnp.sum(y_true * y_pred, axis=-1)
    negative = jnp.max((1.0 - y_true) * y_pred, axis=-1)
    return jnp.maximum(negative - positive + 1.0, 0.0)


def _signs(labels: jax.Array) -> jax.Array:
    # Entry by entry, where Keras looks at the whole batch first: a sample's loss must not depend on
    # which samples share its batch. The two agree on labels of {-1, 1} and of {0, 1}.
    return jnp.where(labels == 0, -1.0, labels)
