"""Functions that turn scores along an axis into a probability distribution."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ranvier.functions.activations.border import activation, checked_axis


@activation
def softmax(x: jax.Array, axis: int | tuple[int, ...] = -1) -> jax.Array:
    r"""Probabilities proportional to the exponentials: :math:`e^{x_i} / \sum_j e^{x_j}`.

    Args:
        x: Scores (logits), at least one axis.
        axis: The axis, or axes, along which the results sum to 1.

    Returns:
        An array of the shape and dtype of ``x``.

    Raises:
        ShapeError: If the axis does not exist.
    """
    return jax.nn.softmax(x, axis=_checked_axes(x, axis, "softmax"))


@activation
def log_softmax(x: jax.Array, axis: int | tuple[int, ...] = -1) -> jax.Array:
    r"""Logarithm of ``softmax``: :math:`x_i - \log \sum_j e^{x_j}`, without underflow.

    Args:
        x: Scores (logits), at least one axis.
        axis: The axis, or axes, along which the exponentials of the results sum to 1.

    Returns:
        An array of the shape and dtype of ``x``.

    Raises:
        ShapeError: If the axis does not exist.
    """
    return jax.nn.log_softmax(x, axis=_checked_axes(x, axis, "log_softmax"))


@activation
def sparsemax(x: jax.Array, axis: int = -1) -> jax.Array:
    r"""The probability distribution nearest to the scores, most of it zero.

    .. math:: f(x)_i = \max(x_i - \tau, 0), \quad \tau = \frac{\sum_{j \le k} x_{(j)} - 1}{k}

    where :math:`x_{(1)} \ge x_{(2)} \ge \dots` and k is the largest number with
    :math:`1 + k x_{(k)} > \sum_{j \le k} x_{(j)}`.

    Args:
        x: Scores, at least one axis.
        axis: The axis along which the results sum to 1.

    Returns:
        An array of the shape and dtype of ``x``.

    Raises:
        ShapeError: If the axis does not exist.

    Source: Martins and Astudillo, "From softmax to sparsemax" (2016), equation 4 and algorithm 1.
    """
    axis = checked_axis(x, axis, "sparsemax")
    # Shifting the scores leaves the result as it is, and keeps the sums small.
    scores = jnp.moveaxis(x - jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True)), axis, -1)
    ordered = jnp.flip(jnp.sort(scores, axis=-1), axis=-1)
    ranks = jnp.arange(1, x.shape[axis] + 1).astype(x.dtype)
    supported = 1 + ranks * ordered > jnp.cumsum(ordered, axis=-1)
    size = jnp.sum(supported, axis=-1, keepdims=True).astype(x.dtype)
    level = (jnp.sum(jnp.where(supported, ordered, 0), axis=-1, keepdims=True) - 1) / size
    return jnp.moveaxis(jnp.maximum(scores - level, 0), -1, axis)


def _checked_axes(x: jax.Array, axis: int | tuple[int, ...], name: str) -> int | tuple[int, ...]:
    if isinstance(axis, int):
        return checked_axis(x, axis, name)
    return tuple(checked_axis(x, single, name) for single in axis)
