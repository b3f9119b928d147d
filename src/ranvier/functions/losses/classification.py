"""Cross-entropies and their relatives, on probabilities or logits.

Probabilities are kept in [1e-7, 1 - 1e-7] as in Keras, where the gradient vanishes; logits have no
such limit and are to be preferred. Source: Keras 3, ``keras.losses``.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.functions.losses.logits import (
    pick,
    sigmoid_crossentropy,
    softmax_crossentropy,
    sparse_softmax_crossentropy,
)
from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.losses.shapes import Axes, Axis, canonical_axis, class_labels, matched

ONE_HOT_HINT = (
    "If the targets are integer labels, use sparse_categorical_crossentropy, or turn them into one-hot "
    "rows with ranvier.utils.to_categorical."
)


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Axis = -1
) -> jax.Array:
    """Return ``-sum(y_true * log(p))`` over the classes, with ``p`` the predicted distribution.

    Args:
        y_true: One-hot rows or distributions of shape ``(n, ..., classes)``.
        y_pred: Probabilities (divided by their sum first) or logits of the same shape.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: The share in [0, 1] of each target that is spread evenly over the classes.
        axis: The class axis.

    Returns:
        Values of the shape without ``axis``.

    Raises:
        ShapeError: If the shapes differ.
    """
    y_true, y_pred = matched(y_true, y_pred, "categorical_crossentropy", ONE_HOT_HINT)
    axis = canonical_axis(axis, y_pred.ndim)
    y_true = smoothed(y_true, label_smoothing, y_pred.shape[axis])
    if from_logits:
        return softmax_crossentropy(y_pred, y_true, axis)
    return -jnp.sum(y_true * jnp.log(normalized(y_pred, axis)), axis=axis)


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: Axis = -1
) -> jax.Array:
    """Return ``-log(p[y_true])``, with ``p`` the predicted distribution.

    Args:
        y_true: Integer labels of shape ``(n, ...)`` or ``(n, ..., 1)``.
        y_pred: Probabilities (divided by their sum first) or logits of shape ``(n, ..., classes)``.
        from_logits: Whether ``y_pred`` holds logits.
        ignore_class: A label that marks entries of no interest; their value is 0.
        axis: The class axis of ``y_pred``.

    Returns:
        Values of shape ``(n, ...)``; NaN where a label is outside the classes.

    Raises:
        ShapeError: If the labels do not fit the predictions.
        LabelError: If the targets are one-hot rows.
    """
    labels, y_pred, axis = class_labels(y_true, y_pred, axis, "sparse_categorical_crossentropy")
    counted = None if ignore_class is None else labels != ignore_class
    if counted is not None:
        labels = jnp.where(counted, labels, 0)
    if from_logits:
        values = sparse_softmax_crossentropy(y_pred, labels, axis)
    else:
        total = jnp.sum(y_pred, axis=axis)
        values = -jnp.log(jnp.clip(pick(y_pred, labels, axis) / total, EPSILON, 1.0 - EPSILON))
    return values if counted is None else jnp.where(counted, values, 0.0)


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Axes = -1
) -> jax.Array:
    """Return ``mean(-y_true * log(p) - (1 - y_true) * log(1 - p))`` over ``axis``.

    Args:
        y_true: Labels 0 or 1, or probabilities, of shape ``(n, ..., d)``.
        y_pred: Probabilities or logits of the class 1, of the same shape.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: In [0, 1]; targets move towards 1/2 by this share.
        axis: The axis, or axes, of the mean.

    Returns:
        Values of the shape without ``axis``.

    Raises:
        ShapeError: If the shapes differ.
    """
    y_true, y_pred = matched(y_true, y_pred, "binary_crossentropy")
    y_true = smoothed(y_true, label_smoothing, 2)
    values = sigmoid_crossentropy(y_pred, y_true) if from_logits else bernoulli(y_true, y_pred)
    return jnp.mean(values, axis=_axes(axis))


def kl_divergence(y_true: Any, y_pred: Any) -> jax.Array:
    """Return the Kullback-Leibler divergence ``sum(y_true * log(y_true / y_pred))`` over the last axis.

    Args:
        y_true: Distributions of shape ``(n, ..., classes)``; clipped to [1e-7, 1].
        y_pred: Distributions of the same shape, clipped alike.

    Returns:
        Values of shape ``(n, ...)``.

    Raises:
        ShapeError: If the shapes differ.
    """
    y_true, y_pred = matched(y_true, y_pred, "kl_divergence", ONE_HOT_HINT)
    y_true, y_pred = jnp.clip(y_true, EPSILON, 1.0), jnp.clip(y_pred, EPSILON, 1.0)
    return jnp.sum(y_true * jnp.log(y_true / y_pred), axis=-1)


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> jax.Array:
    """Return ``(1 - p[y_true]**q) / q``, a cross-entropy that wrong labels disturb less.

    Args:
        y_true: Integer labels of shape ``(n,)`` or ``(n, 1)``.
        y_pred: Probabilities of shape ``(n, classes)``.
        q: In (0, 1): near 0 the cross-entropy, near 1 the mean absolute error.

    Returns:
        Values of shape ``(n,)``. Below a probability of 1e-7, where the slope would be infinite,
        the gradient is 0.

    Raises:
        ShapeError: If the labels do not fit the predictions.
        LabelError: If the targets are one-hot rows.

    Source: Zhang and Sabuncu, Generalized cross entropy loss, arXiv:1805.07836, equation 6.
    """
    labels, y_pred, axis = class_labels(y_true, y_pred, -1, "categorical_generalized_cross_entropy")
    chosen = pick(y_pred, labels, axis)
    hopeless = jax.lax.stop_gradient(chosen) ** q
    return (1.0 - jnp.where(chosen < EPSILON, hopeless, jnp.maximum(chosen, EPSILON) ** q)) / q


def normalized(probabilities: jax.Array, axis: int) -> jax.Array:
    """Divide by the sum over the class axis and clip to [1e-7, 1 - 1e-7]."""
    share = probabilities / jnp.sum(probabilities, axis=axis, keepdims=True)
    return jnp.clip(share, EPSILON, 1.0 - EPSILON)


def bernoulli(targets: jax.Array, probabilities: jax.Array) -> jax.Array:
    """Return the binary cross-entropy of probabilities, entry by entry."""
    probabilities = jnp.clip(probabilities, EPSILON, 1.0 - EPSILON)
    return -(targets * jnp.log(probabilities) + (1.0 - targets) * jnp.log(1.0 - probabilities))


def smoothed(targets: jax.Array, share: float, classes: int) -> jax.Array:
    """Take ``share`` of every target and spread it evenly over the classes."""
    return targets * (1.0 - share) + share / classes if share else targets


def _axes(axis: Axes) -> int | tuple[int, ...] | None:
    return tuple(axis) if isinstance(axis, list) else axis
