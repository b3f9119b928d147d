"""Penalties on an array, to be added to a training loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.casting import as_floats, like

if TYPE_CHECKING:
    import jax

    from ranvier.types import ArrayLike


def l1(x: ArrayLike, l1: ArrayLike) -> jax.Array:
    r"""Lasso penalty: :math:`\lambda \sum |x|`.

    Args:
        x: Array of any shape.
        l1: The strength.

    Returns:
        A scalar of the dtype of ``x``.
    """
    values = as_floats(x)
    return like(l1, values) * jnp.sum(jnp.abs(values))


def l2(x: ArrayLike, l2: ArrayLike) -> jax.Array:
    r"""Ridge penalty: :math:`\lambda \sum x^2`.

    Args:
        x: Array of any shape.
        l2: The strength.

    Returns:
        A scalar of the dtype of ``x``.
    """
    values = as_floats(x)
    return like(l2, values) * jnp.sum(jnp.square(values))


def l1_l2(x: ArrayLike, l1: ArrayLike, l2: ArrayLike) -> jax.Array:
    r"""Elastic net: :math:`\lambda_1 \sum |x| + \lambda_2 \sum x^2`.

    Args:
        x: Array of any shape.
        l1: The strength of the absolute values.
        l2: The strength of the squares.

    Returns:
        A scalar of the dtype of ``x``.
    """
    values = as_floats(x)
    magnitudes = jnp.abs(values)
    return like(l1, values) * jnp.sum(magnitudes) + like(l2, values) * jnp.sum(jnp.square(values))


def orthogonal(x: ArrayLike, factor: ArrayLike, mode: Literal["rows", "columns"]) -> jax.Array:
    r"""Mean absolute cosine between different rows, or columns, of a matrix.

    .. math:: \lambda \frac{\sum_{i < j} |\cos(x_i, x_j)|}{n (n - 1) / 2}

    Args:
        x: Array of shape (rows, columns).
        factor: The strength.
        mode: Which vectors are compared, ``"rows"`` or ``"columns"``.

    Returns:
        A scalar of the dtype of ``x``; 0 where there is no pair.

    Raises:
        ShapeError: If ``x`` is not a matrix.
    """
    values = as_floats(x)
    if values.ndim != 2:
        raise ShapeError(
            "The orthogonal regularizer compares the rows or columns of a matrix; "
            f"received an array of shape {tuple(values.shape)}."
        )
    # Half precision cannot hold the floor below.
    precise = values if values.dtype == jnp.float64 else values.astype(jnp.float32)
    vectors = precise if mode == "rows" else precise.T
    # The floor stands inside the root: a zero vector then has cosine 0 and a finite gradient.
    lengths = jnp.sqrt(jnp.maximum(jnp.sum(jnp.square(vectors), axis=1, keepdims=True), 1e-14))
    directions = vectors / lengths
    cosines = jnp.matmul(directions, directions.T)
    count = vectors.shape[0]
    pairs = max(count * (count - 1) / 2, 1)
    between = 1 - jnp.eye(count, dtype=precise.dtype)
    mean = jnp.sum(jnp.abs(cosines * between)) / (2 * pairs)
    return like(factor, values) * mean.astype(values.dtype)
