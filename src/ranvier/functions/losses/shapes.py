"""Turning what a loss receives into arrays that fit together, before any arithmetic.

Two arrays of shapes ``(n,)`` and ``(n, 1)`` would broadcast to ``(n, n)`` and train on nonsense.
Here they are brought to one shape where Keras does so, and refused otherwise.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError, DataTypeError, LabelError, ShapeError

Axis: TypeAlias = int
Axes: TypeAlias = int | tuple[int, ...] | list[int] | None


def as_array(value: Any, name: str) -> jax.Array:
    """Convert to an array of the engine, refusing what is not numeric.

    Args:
        value: An array, a number, or nested lists of numbers.
        name: What to call it in a message.

    Raises:
        DataTypeError: For strings, objects, dates and complex numbers.
    """
    if isinstance(value, jax.Array):
        return value
    if not hasattr(value, "__jax_array__"):
        try:
            value = np.asarray(value)
        except ValueError:
            raise DataTypeError(
                f"`{name}` must be an array of numbers; received: nested lists of unequal lengths."
            ) from None
        if value.dtype.kind not in "biufV":  # V: bfloat16 and the like
            raise DataTypeError(
                f"`{name}` must hold numbers; received: an array of dtype {value.dtype}. "
                "Convert it first: names of classes, for example, to integers from 0."
            )
    return jnp.asarray(value)


def as_floating(value: Any, name: str) -> jax.Array:
    """Convert to an array of floats; integers become float32.

    Raises:
        DataTypeError: If the values are not numeric.
    """
    array = as_array(value, name)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.float32)


def canonical_axis(axis: Axis, rank: int) -> int:
    """Return a single axis counted from the front.

    Args:
        axis: An integer in [-rank, rank).
        rank: The number of axes of the array.

    Raises:
        ConfigurationError: If it is no such integer.
    """
    if isinstance(axis, bool) or not isinstance(axis, int | np.integer) or not -rank <= axis < rank:
        raise ConfigurationError(
            f"`axis` must be an integer in [{-rank}, {rank}) for predictions of {rank} axes; "
            f"received: {axis!r}."
        )
    return int(axis) % rank


def matched(y_true: Any, y_pred: Any, loss: str, hint: str = "") -> tuple[jax.Array, jax.Array]:
    """Bring targets and predictions to one float dtype and one shape.

    As in Keras a trailing axis of length 1 is added to, or taken from, the one whose number of
    axes differs by one.

    Args:
        y_true: Targets; cast to the dtype of the predictions.
        y_pred: Predictions.
        loss: The name of the loss, for messages.
        hint: What to do about shapes that differ; a default sentence when empty.

    Returns:
        Targets and predictions of equal shape and dtype, at least one axis each.

    Raises:
        ShapeError: If the shapes differ.
        DataTypeError: If either is not numeric.
    """
    predictions = as_floating(y_pred, "y_pred")
    targets = as_array(y_true, "y_true").astype(predictions.dtype)
    received = f"received: y_true of shape {targets.shape}, y_pred of shape {predictions.shape}."
    targets, predictions = same_rank(targets, predictions)
    if targets.shape != predictions.shape:
        hint = hint or "Reshape the targets, or give the last layer as many units as a target has numbers."
        raise ShapeError(
            f"{loss} compares targets and predictions entry by entry and needs them in one shape; "
            f"{received} {hint}"
        )
    if targets.ndim == 0:
        raise ShapeError(f"{loss} needs arrays with at least one axis; {received}")
    return targets, predictions


def same_rank(first: jax.Array, second: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Add or drop a trailing axis of length 1 where two arrays differ by one axis.

    Of a pair ``(n,)`` and ``(n, 1)`` the first becomes ``(n, 1)``; of a pair with more axes the longer
    one loses its last axis if that has length 1. Anything else comes back as it was.
    """
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1:
        if second.ndim == 1:
            return first, second[:, None]
        return jnp.squeeze(first, -1), second
    if second.ndim == first.ndim + 1:
        second, first = same_rank(second, first)
    return first, second


def class_labels(y_true: Any, y_pred: Any, axis: Axis, loss: str) -> tuple[jax.Array, jax.Array, int]:
    """Bring integer labels to the shape of the predictions without their class axis.

    Args:
        y_true: Labels of shape ``(n, ...)``, or with an axis of length 1 in place of the classes.
        y_pred: Predictions with the classes along ``axis``.
        axis: The class axis of the predictions.
        loss: The name of the loss, for messages.

    Returns:
        int32 labels, float predictions, and the class axis counted from the front.

    Raises:
        LabelError: If the labels have a class axis themselves.
        ShapeError: If the other axes differ.
    """
    predictions = as_floating(y_pred, "y_pred")
    labels = as_array(y_true, "y_true")
    position = canonical_axis(axis, predictions.ndim)
    received = f"received: y_true of shape {labels.shape}, y_pred of shape {predictions.shape}."
    if labels.ndim == predictions.ndim:
        if labels.shape[position] == 1:
            labels = jnp.squeeze(labels, position)
        elif labels.shape == predictions.shape:
            raise LabelError(
                f"{loss} takes one integer per sample, not one-hot rows; {received} "
                "Use categorical_crossentropy, or turn the rows into labels with argmax."
            )
    if labels.shape != predictions.shape[:position] + predictions.shape[position + 1 :]:
        raise ShapeError(
            f"{loss} needs one label per prediction, the shape of the predictions without axis {axis}; "
            f"{received}"
        )
    return labels.astype(jnp.int32), predictions, position


def one_hot(labels: jax.Array, count: int, axis: int) -> jax.Array:
    """Return a boolean array that is true where the index along ``axis`` is the label.

    A comparison with a counter, not a scatter: it fuses into whatever uses it and is never stored.

    Args:
        labels: int32 labels of shape ``(...)``.
        count: The number of classes.
        axis: Where the class axis is inserted, counted from the front.

    Returns:
        Booleans of the labels' shape with ``count`` inserted at ``axis``; all false for a label
        outside ``[0, count)``.
    """
    shape = (*labels.shape[:axis], count, *labels.shape[axis:])
    counter = jax.lax.broadcasted_iota(jnp.int32, shape, axis)
    return counter == jnp.expand_dims(labels, axis)
