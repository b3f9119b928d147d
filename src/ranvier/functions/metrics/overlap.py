"""The confusion matrix of classes, and intersection over union."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.functions.losses.regression import EPSILON
from ranvier.functions.metrics.shapes import same_shape, weights_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Array


def confusion_matrix(
    y_true: Array,
    y_pred: Array,
    classes: int,
    sample_weight: Array | None = None,
    ignore_class: int | None = None,
) -> jax.Array:
    """Count how often each class was taken for each.

    Args:
        y_true: Class numbers, any shape ``(n, ...)``.
        y_pred: Predicted class numbers of the same shape.
        classes: The number of classes; pairs with a number outside [0, classes) are left out.
        sample_weight: A number or a shape that the leading axes fit; None for 1.
        ignore_class: Pairs with this target are left out.

    Returns:
        Shape ``(classes, classes)``: targets by row, predictions by column; float32.

    Raises:
        ShapeError: If the shapes differ.
    """
    targets, predictions = same_shape(y_true, y_pred)
    targets, predictions = targets.astype(jnp.int32), predictions.astype(jnp.int32)
    weights = weights_like(jnp.float32(1.0) if sample_weight is None else sample_weight, targets)
    counted = (targets >= 0) & (targets < classes) & (predictions >= 0) & (predictions < classes)
    if ignore_class is not None:
        counted = counted & (targets != ignore_class)
    cell = jnp.where(counted, targets * classes + predictions, classes * classes)
    counts = (
        jnp.zeros(classes * classes, jnp.float32).at[cell.reshape(-1)].add(weights.reshape(-1), mode="drop")
    )
    return counts.reshape(classes, classes)


def intersection_over_union(matrix: np.ndarray[Any, Any], class_ids: Sequence[int]) -> float:
    """Average ``TP / (TP + FP + FN)`` over those of the classes that occur; on the host.

    Args:
        matrix: A confusion matrix, shape ``(classes, classes)``.
        class_ids: The classes to average over.

    Returns:
        The mean; 0 if none of them occurs.
    """
    intersection = np.diagonal(matrix)
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - intersection
    chosen = list(class_ids)
    shared, covered = intersection[chosen], union[chosen]
    occurs = covered > 1e-9
    ratios = np.where(occurs, shared / (covered + EPSILON), 0.0)
    return float(ratios.sum() / (occurs.sum() + EPSILON))
