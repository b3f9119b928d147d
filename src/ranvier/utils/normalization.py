"""Scale vectors to unit length."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataTypeError
from ranvier.utils.engine_arrays import jax_if_array

if TYPE_CHECKING:
    from ranvier.types import Array

_SMALLEST_NORM = 1e-7  # Keras' epsilon: the engine's branch divides by no less


def normalize(x: Any, axis: int = -1, order: float = 2) -> Array:
    """Divide the vectors along one axis by their norm.

    ``x / (sum_i |x_i|**order) ** (1 / order)``; a vector of zeros stays zero.

    Args:
        x: An array of any shape; lists are converted.
        axis: The axis along which the vectors lie.
        order: Order of the norm, at least 1; ``float("inf")`` for the largest magnitude.

    Returns:
        An array of the shape of ``x``: a JAX array for a JAX array, else a NumPy one.

    Raises:
        ConfigurationError: If ``axis`` is no axis of ``x`` or ``order`` is below 1.
        DataTypeError: If ``x`` does not hold numbers.

    Example:
        >>> normalize([[3.0, 4.0]])
        array([[0.6, 0.8]])
    """
    if isinstance(order, str) or order < 1:
        raise ConfigurationError(f"`order` must be a number from 1 up; received: {order!r}.")
    jax = jax_if_array(x)
    array = x if jax is not None else np.asarray(x)
    if array.dtype.kind not in "biufV":  # V: the engine's bfloat16 as NumPy sees it
        raise DataTypeError(f"`normalize` expects numbers; received: dtype {array.dtype}.")
    if array.ndim == 0:
        array = array.reshape(1)
    axis = _axis(axis, array.ndim)
    if jax is not None:
        return _on_engine(jax, array, axis, order)
    norm = np.linalg.norm(array, order, axis, keepdims=True)
    scaled: Array = array / np.where(norm == 0.0, 1.0, norm).astype(norm.dtype)
    return scaled


def _axis(axis: Any, rank: int) -> int:
    try:
        position = operator.index(axis)
    except TypeError:
        raise ConfigurationError(f"`axis` must be one integer; received: {axis!r}.") from None
    if not -rank <= position < rank:
        raise ConfigurationError(f"`axis` must lie in [{-rank}, {rank}); received: {axis}.")
    return position


def _on_engine(jax: Any, x: Any, axis: int, order: float) -> Array:
    jnp = jax.numpy
    if not jnp.issubdtype(x.dtype, jnp.floating):
        x = x.astype("float32")
    norm = jnp.linalg.norm(x, order, axis, keepdims=True)
    normalized: Array = x / jnp.maximum(norm, jnp.asarray(_SMALLEST_NORM, x.dtype))
    return normalized
