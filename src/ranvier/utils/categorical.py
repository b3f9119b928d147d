"""Class numbers to one-hot rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, DataTypeError, LabelError
from ranvier.utils.engine_arrays import jax_if_array

if TYPE_CHECKING:
    from ranvier.types import Array


def to_categorical(x: Any, num_classes: int | None = None) -> Array:
    """Turn class numbers into one-hot rows.

    ``to_categorical(x)[..., k]`` is 1 where ``x`` is ``k`` and 0 elsewhere. A last axis of length
    one is dropped first, so labels of shape (n,) and (n, 1) give the same.

    Args:
        x: Integers from 0 to ``num_classes - 1``, of any shape: an array, a list, a JAX array.
        num_classes: Number of classes; one more than the largest label when None.

    Returns:
        Shape ``x.shape + (num_classes,)``. A NumPy array of float64 as in Keras; for a JAX array a
        JAX array of float32, in which a label outside the classes is a row of zeros.

    Raises:
        LabelError: If a label is negative, not a whole number, or not below ``num_classes``.
        DataTypeError: If the labels are not numbers.
        DataError: If there are no labels to infer ``num_classes`` from.
        ConfigurationError: If ``num_classes`` is not a positive integer.

    Example:
        >>> to_categorical([0, 2], num_classes=3)
        array([[1., 0., 0.],
               [0., 0., 1.]])
    """
    if num_classes is not None and (
        isinstance(num_classes, bool) or not isinstance(num_classes, int | np.integer) or num_classes < 1
    ):
        raise ConfigurationError(f"`num_classes` must be a positive integer; received: {num_classes!r}.")
    jax = jax_if_array(x)
    if jax is not None:
        return _on_engine(jax, x, num_classes)
    labels = _class_numbers(x)
    if num_classes is None:
        num_classes = _inferred(labels)
    elif labels.size and labels.max() >= num_classes:
        raise LabelError(
            f"`to_categorical` expects labels from 0 to {num_classes - 1} for num_classes={num_classes}; "
            f"received: {labels.max()}. Give a larger `num_classes`, or number the classes from 0."
        )
    flat = labels.reshape(-1)
    rows = np.zeros((flat.size, num_classes))
    rows[np.arange(flat.size), flat] = 1.0
    return rows.reshape(*labels.shape, num_classes)


def _class_numbers(x: Any) -> np.ndarray[Any, Any]:
    labels = np.asarray(x)
    if labels.dtype.kind not in "biuf":
        raise DataTypeError(
            f"`to_categorical` expects whole numbers from 0; received: dtype {labels.dtype}. "
            "Number the classes first, for example with `numpy.unique(x, return_inverse=True)[1]`."
        )
    if labels.dtype.kind == "f":
        wrong = labels[~np.isfinite(labels) | (labels != np.trunc(labels))]
        if wrong.size:
            raise LabelError(f"`to_categorical` expects whole numbers from 0; received: {wrong[0]!s}.")
    if labels.size and labels.min() < 0:
        raise LabelError(
            f"`to_categorical` expects labels from 0; received: {labels.min()!s}. "
            "Number the classes from 0, for example -1 and 1 as 0 and 1."
        )
    numbers: np.ndarray[Any, Any] = _without_last_one(labels.astype(np.int64))
    return numbers


def _inferred(labels: np.ndarray[Any, Any]) -> int:
    if not labels.size:
        raise DataError("`to_categorical` received no labels; give `num_classes` to build an empty table.")
    return int(labels.max()) + 1


def _without_last_one(labels: Any) -> Any:
    return labels.reshape(labels.shape[:-1]) if labels.ndim > 1 and labels.shape[-1] == 1 else labels


def _on_engine(jax: Any, x: Any, num_classes: int | None) -> Array:
    if num_classes is None:
        if isinstance(x, jax.core.Tracer):
            raise ConfigurationError(
                "`to_categorical` needs `num_classes` inside a compiled function, "
                "where the largest label is not known."
            )
        num_classes = _inferred(np.asarray(x))
    encoded: Array = jax.nn.one_hot(_without_last_one(x), num_classes)
    return encoded
