"""From values of any shape to one total and one count, weighted as Keras weights them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from ranvier.functions.losses.shapes import as_array, same_rank
from ranvier.functions.metrics.shapes import masked_product, misfit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Array


def mean_increment(values: Array, sample_weight: Array | None = None) -> jax.Array:
    """Return what a batch adds to a running weighted mean: ``[sum(w * v), sum(w)]``.

    Values of further axes are averaged first, so that each row counts once.

    Args:
        values: A number, or shape ``(n, ...)``.
        sample_weight: None, or a shape that the leading axes of ``values`` fit.

    Returns:
        Shape ``(2,)``, float32.

    Raises:
        ShapeError: If the weights do not fit.
    """
    rows, weights = _samplewise(values, sample_weight, jnp.mean)
    if weights is not None:
        return jnp.stack([jnp.sum(rows), jnp.sum(weights)])
    count = rows.shape[0] if rows.ndim else 1
    return jnp.stack([jnp.sum(rows), jnp.float32(count)])


def sum_increment(values: Array, sample_weight: Array | None = None) -> jax.Array:
    """Return what a batch adds to a running weighted sum.

    Args:
        values: A number, or shape ``(n, ...)``.
        sample_weight: None, or a shape that the leading axes of ``values`` fit.

    Returns:
        A scalar, float32.

    Raises:
        ShapeError: If the weights do not fit.
    """
    rows, _ = _samplewise(values, sample_weight, jnp.sum)
    return jnp.sum(rows)


def _samplewise(
    values: Array, sample_weight: Array | None, reduce: Callable[..., Any]
) -> tuple[jax.Array, jax.Array | None]:
    """Reduce to one value, and one weight, a row."""
    rows = as_array(values, "values").astype(jnp.float32)
    if sample_weight is None:
        return _reduce_from(rows, 1, reduce), None
    rows, weights = same_rank(rows, as_array(sample_weight, "sample_weight").astype(jnp.float32))
    rank = weights.ndim
    rows = _reduce_from(rows, rank, reduce)
    if rank > rows.ndim or any(
        own not in (1, other) for own, other in zip(weights.shape, rows.shape, strict=True)
    ):
        raise misfit(jnp.shape(sample_weight), jnp.shape(values))
    weights = jnp.broadcast_to(weights, rows.shape)
    rows = masked_product(rows, weights)
    return _reduce_from(rows, 1, reduce), _reduce_from(weights, 1, reduce)


def _reduce_from(array: jax.Array, first: int, reduce: Callable[..., Any]) -> jax.Array:
    axes = tuple(range(first, array.ndim))
    return reduce(array, axis=axes) if axes else array
