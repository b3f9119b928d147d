"""Focal cross-entropies: samples that are right already count for less.

Source: Lin et al., Focal loss for dense object detection, arXiv:1708.02002, equation 5.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.functions.losses.classification import ONE_HOT_HINT, bernoulli, normalized, smoothed
from ranvier.functions.losses.logits import sigmoid_crossentropy
from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.losses.shapes import Axis, canonical_axis, matched


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: Axis = -1,
) -> jax.Array:
    """Return the mean over ``axis`` of ``(1 - p_t)**gamma`` times the binary cross-entropy.

    ``p_t`` is the probability given to the target: ``p`` for 1, ``1 - p`` for 0.

    Args:
        y_true: Labels 0 or 1 of shape ``(n, ..., d)``.
        y_pred: Probabilities or logits of the class 1, of the same shape.
        apply_class_balancing: Whether class 1 is weighted by ``alpha`` and class 0 by ``1 - alpha``.
        alpha: The weight of class 1, in [0, 1].
        gamma: The focusing exponent, at least 0; at 0 this is the plain cross-entropy.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: In [0, 1]; targets move towards 1/2 by this share.
        axis: The axis of the mean.

    Returns:
        Values of the shape without ``axis``.

    Raises:
        ShapeError: If the shapes differ.
    """
    y_true, y_pred = matched(y_true, y_pred, "binary_focal_crossentropy")
    axis = canonical_axis(axis, y_pred.ndim)
    y_true = smoothed(y_true, label_smoothing, 2)
    if from_logits:
        entropy, probability = sigmoid_crossentropy(y_pred, y_true), jax.nn.sigmoid(y_pred)
    else:
        entropy, probability = bernoulli(y_true, y_pred), y_pred
    of_target = y_true * probability + (1.0 - y_true) * (1.0 - probability)
    values = _focus(of_target, gamma) * entropy
    if apply_class_balancing:
        values = values * (y_true * alpha + (1.0 - y_true) * (1.0 - alpha))
    return jnp.mean(values, axis=axis)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: Axis = -1,
) -> jax.Array:
    """Return ``-sum(alpha * (1 - p)**gamma * y_true * log(p))`` over the classes.

    Args:
        y_true: One-hot rows of shape ``(n, ..., classes)``.
        y_pred: Probabilities (divided by their sum first) or logits of the same shape.
        alpha: The weight of all classes.
        gamma: The focusing exponent, at least 0.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: The share in [0, 1] of each target that is spread evenly over the classes.
        axis: The class axis.

    Returns:
        Values of the shape without ``axis``.

    Raises:
        ShapeError: If the shapes differ.
    """
    y_true, y_pred = matched(y_true, y_pred, "categorical_focal_crossentropy", ONE_HOT_HINT)
    axis = canonical_axis(axis, y_pred.ndim)
    y_true = smoothed(y_true, label_smoothing, y_pred.shape[axis])
    if from_logits:
        logarithm = jax.nn.log_softmax(y_pred, axis=axis)
        probability = jnp.exp(logarithm)
    else:
        probability = normalized(y_pred, axis)
        logarithm = jnp.log(probability)
    return -jnp.sum(alpha * _focus(probability, gamma) * y_true * logarithm, axis=axis)


def _focus(probability: jax.Array, gamma: float) -> jax.Array:
    # The floor keeps the derivative finite for exponents below 1.
    return jnp.maximum(1.0 - probability, EPSILON) ** gamma
