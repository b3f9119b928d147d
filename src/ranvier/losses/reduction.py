"""From one value per sample to the number that training makes smaller."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError, ShapeError

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def checked_reduction(reduction: str | None) -> str | None:
    """Return a reduction's name if there is one of that name.

    Raises:
        ConfigurationError: If there is none.
    """
    if reduction not in REDUCTIONS:
        raise ConfigurationError(
            f"`reduction` must be one of {', '.join(map(repr, REDUCTIONS))}; received: {reduction!r}."
        )
    return reduction


def reduce_values(
    values: jax.Array,
    reduction: str | None,
    sample_weight: jax.Array | None = None,
    valid: jax.Array | None = None,
    mask: jax.Array | None = None,
    rows: jax.Array | None = None,
) -> jax.Array:
    """Weigh and reduce the values of a loss.

    ``"sum_over_batch_size"`` and ``"mean"`` divide the weighted sum by the number of values that
    count, ``"mean_with_sample_weight"`` by the sum of the weights, ``"sum"`` by nothing.

    Args:
        values: Shape ``(n, ...)``, or a scalar that stands for the whole batch.
        reduction: One of ``REDUCTIONS``.
        sample_weight: Shape ``(n,)`` up to that of the values (an axis of length 1 serves for any), a
            scalar, or None for ones.
        valid: Shape ``(n,)``, 1 for a row of data and 0 for padding; padding counts for nothing. None
            if all rows are data.
        mask: Shape ``(n,)`` up to that of the values; values where it is false do not count.
        rows: The number of rows of data, if the caller knows it; spares a kernel.

    Returns:
        A scalar of the values' dtype; 0 when nothing counts. For ``"none"`` and None the weighted values.

    Raises:
        ShapeError: If weights, mask and values do not fit together.
    """
    weight = None if sample_weight is None else jnp.asarray(sample_weight).astype(values.dtype)
    if weight is not None:
        values, weight = _aligned(values, weight)
    counted = _counted(values, valid, mask)
    weighted = values if weight is None else values * weight
    if counted is not None:
        weighted = jnp.where(counted, weighted, 0.0)
    if reduction in (None, "none"):
        return weighted
    total = jnp.sum(weighted)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        return _divide(total, _sum_of_weights(weight, valid, mask))
    if counted is None:
        return total / weighted.size if weighted.size else total
    if mask is None:
        count = rows if rows is not None else jnp.sum(counted.astype(values.dtype))
        return _divide(total, count.astype(values.dtype) * (weighted.size // max(counted.size, 1)))
    return _divide(total, jnp.sum(jnp.broadcast_to(counted, weighted.shape).astype(values.dtype)))


def _aligned(values: jax.Array, weight: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Bring weights to the rank of the values, first axes first."""
    received = f"received: sample_weight of shape {weight.shape}, values of the loss of shape {values.shape}."
    if weight.ndim == values.ndim + 1 and weight.shape[-1] == 1 and values.ndim > 0:
        weight = jnp.squeeze(weight, -1)
    if values.ndim == 0 or weight.ndim == 0:
        return values, weight
    if weight.ndim > values.ndim:
        raise ShapeError(f"`sample_weight` has more axes than the loss has values; {received}")
    weight = weight.reshape(weight.shape + (1,) * (values.ndim - weight.ndim))
    fits = all(own in (1, other) for own, other in zip(weight.shape[1:], values.shape[1:], strict=True))
    if weight.shape[0] != values.shape[0] or not fits:
        raise ShapeError(
            f"`sample_weight` must have one weight per row, or per value of the loss; {received}"
        )
    return values, weight


def _counted(values: jax.Array, valid: jax.Array | None, mask: jax.Array | None) -> jax.Array | None:
    """Return which values count, as booleans that broadcast against them, or None for all."""
    if valid is None and mask is None:
        return None
    if values.ndim == 0 or (valid is not None and valid.shape != values.shape[:1]):
        raise ShapeError(
            "Rows can be left out only of a loss that gives values for each row; "
            f"received: values of shape {values.shape} for "
            f"{'a mask' if valid is None else f'{valid.shape[0]} rows'}. Use batches without padding."
        )
    if mask is not None and mask.shape != values.shape[: mask.ndim]:
        raise ShapeError(
            "A mask must have the shape of the values of the loss, or its first axes; "
            f"received: a mask of shape {mask.shape}, values of shape {values.shape}."
        )
    return _joined(valid, mask, values.ndim)


def _joined(valid: jax.Array | None, mask: jax.Array | None, rank: int) -> jax.Array:
    parts = [part.astype(bool) for part in (valid, mask) if part is not None]
    parts = [part.reshape(part.shape + (1,) * (rank - part.ndim)) for part in parts]
    return parts[0] if len(parts) == 1 else parts[0] & parts[1]


def _sum_of_weights(weight: jax.Array, valid: jax.Array | None, mask: jax.Array | None) -> jax.Array:
    if mask is None and (valid is None or weight.ndim == 0):
        return jnp.sum(weight)
    rank = weight.ndim if mask is None else max(weight.ndim, mask.ndim)
    return jnp.sum(jnp.where(_joined(valid, mask, rank), weight, 0.0))


def _divide(total: jax.Array, count: Any) -> jax.Array:
    # An epoch may hold a batch of which nothing counts: its loss is 0, not NaN.
    return jnp.where(count == 0, 0.0, total / jnp.where(count == 0, 1.0, count))
