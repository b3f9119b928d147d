"""What update rules share: clipping of gradients, running averages, norms, orthogonalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Array, ArrayLike


def interpolate(old: Array, new: Array, weight: ArrayLike) -> Array:
    """Move a running average towards a value: ``old + (new - old) * weight``.

    Args:
        old: The average so far.
        new: What comes in, of the same shape.
        weight: The share of ``new``, from 0 to 1; one minus the decay rate.

    Returns:
        The new average.
    """
    return old + (new - old) * weight


def root_mean_square(x: Array) -> jax.Array:
    """Return ``sqrt(mean(x ** 2))`` over all entries, a scalar."""
    return jnp.sqrt(jnp.mean(jnp.square(x)))


def euclidean_norm(x: Array) -> jax.Array:
    """Return ``sqrt(sum(x ** 2))`` over all entries, a scalar."""
    return jnp.sqrt(jnp.sum(jnp.square(x)))


def global_norm(arrays: Sequence[Array]) -> jax.Array:
    """Return the Euclidean norm of all entries of all arrays, a float32 scalar."""
    squares = [jnp.sum(jnp.square(array.astype(jnp.float32))) for array in arrays]
    return jnp.sqrt(jnp.sum(jnp.stack(squares)))


def clip_by_norm(gradient: Array, limit: ArrayLike) -> Array:
    """Shorten a gradient to the length ``limit`` where it is longer: ``g * limit / max(|g|, limit)``.

    Args:
        gradient: Any shape.
        limit: The largest Euclidean norm, positive.

    Returns:
        The gradient or its shortened form.
    """
    return gradient * (limit / jnp.maximum(euclidean_norm(gradient), limit))


def clip_by_global_norm(gradients: Sequence[Array], limit: ArrayLike) -> list[Array]:
    """Shorten all gradients by one factor, so that together they are no longer than ``limit``.

    Args:
        gradients: Arrays of any shapes.
        limit: The largest Euclidean norm of all entries together, positive.

    Returns:
        The gradients times the factor; all NaN when the norm is not finite.
    """
    norm = global_norm(gradients)
    # `norm - norm` is 0, or NaN for an infinite norm, which must not end as a silent step of 0.
    factor = limit / jnp.maximum(norm, limit) + (norm - norm)
    return [gradient * factor.astype(gradient.dtype) for gradient in gradients]


def trust_ratio(parameter: Array, change: Array) -> jax.Array:
    """Return ``|parameter| / |change|``, or 1 where either is 0, a scalar.

    Source: You et al. (2020), https://arxiv.org/abs/1904.00962.
    """
    parameter_norm = euclidean_norm(parameter)
    change_norm = euclidean_norm(change)
    usable = (parameter_norm > 0) & (change_norm > 0)
    return jnp.where(usable, parameter_norm / jnp.where(usable, change_norm, 1), 1)


def orthogonalize(matrix: Array, coefficients: tuple[ArrayLike, ArrayLike, ArrayLike], steps: int) -> Array:
    """Bring a matrix near the closest one with orthonormal rows or columns, by Newton-Schulz iteration.

    After division by its Frobenius norm, ``steps`` times ``X <- a X + (b A + c A A) X`` with ``A = X X'``.

    Args:
        matrix: Shape (rows, columns).
        coefficients: The numbers ``a``, ``b``, ``c``.
        steps: The number of iterations.

    Returns:
        An array of the same shape with singular values around 1.

    Source: Jordan et al. (2024), https://kellerjordan.github.io/posts/muon.
    """
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x: Array = matrix.T if tall else matrix  # the smaller of the two Gram matrices
    x = x / (euclidean_norm(x) + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x
