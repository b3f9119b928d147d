"""Cross-entropies computed from logits, with derivative rules of their own.

The rules spare what automatic differentiation would add: the gradient is written as it is on
paper, ``softmax(x) - t``, and reuses the logarithm of the sum that the value needs. The value and
gradient of a batch compile to four kernels on CPU for integer labels, five for one-hot rows and
two for the sigmoid, where differentiating ``log_softmax`` takes seven. The rules can be
differentiated themselves, forwards and backwards.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero

from ranvier.functions.losses.shapes import one_hot

if TYPE_CHECKING:
    from collections.abc import Sequence

GATHER_ABOVE = 4096
"""With more classes than this the label's logit is gathered instead of found by comparison."""


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def softmax_crossentropy(logits: jax.Array, targets: jax.Array, axis: int) -> jax.Array:
    """Return ``-sum(t * log_softmax(x))`` over the class axis.

    The derivative with respect to the logits is ``softmax(x) * sum(t) - t``: targets need not sum to 1.

    Args:
        logits: Floats of shape ``(..., classes, ...)``.
        targets: Weights of the classes, of the same shape and dtype.
        axis: The class axis.

    Returns:
        Values of the shape without ``axis``.
    """
    return _weighted(targets, -_log_softmax(logits, axis), axis)


@partial(softmax_crossentropy.defjvp, symbolic_zeros=True)
def _softmax_crossentropy_jvp(
    axis: int, primals: Sequence[jax.Array], tangents: Sequence[Any]
) -> tuple[jax.Array, Any]:
    logits, targets = primals
    logits_tangent, targets_tangent = tangents
    log_probabilities = _log_softmax(logits, axis)
    value = _weighted(targets, -log_probabilities, axis)
    change = jnp.zeros_like(value)
    if not isinstance(logits_tangent, SymbolicZero):
        gradient = jnp.exp(log_probabilities) * jnp.sum(targets, axis=axis, keepdims=True) - targets
        change = jnp.sum(gradient * logits_tangent, axis=axis)
    if not isinstance(targets_tangent, SymbolicZero):
        change = change - jnp.sum(log_probabilities * targets_tangent, axis=axis)
    return value, change


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def sparse_softmax_crossentropy(logits: jax.Array, labels: jax.Array, axis: int) -> jax.Array:
    """Return ``-log_softmax(x)[label]``.

    The derivative with respect to the logits is ``softmax(x) - one_hot(label)``.

    Args:
        logits: Floats of shape ``(..., classes, ...)``.
        labels: int32 labels of the shape without ``axis``.
        axis: The class axis, counted from the front.

    Returns:
        Values of the labels' shape; NaN where a label is outside the classes.
    """
    return -pick(_log_softmax(logits, axis), labels, axis)


@partial(sparse_softmax_crossentropy.defjvp, symbolic_zeros=True)
def _sparse_softmax_crossentropy_jvp(
    axis: int, primals: Sequence[jax.Array], tangents: Sequence[Any]
) -> tuple[jax.Array, Any]:
    logits, labels = primals
    log_probabilities = _log_softmax(logits, axis)
    value = -pick(log_probabilities, labels, axis)
    chosen = one_hot(labels, logits.shape[axis], axis).astype(logits.dtype)
    gradient = jnp.exp(log_probabilities) - chosen
    # Labels are integers and have no tangent; the rule is asked for only when the logits have one.
    return value, jnp.sum(gradient * tangents[0], axis=axis)


@jax.custom_jvp
def sigmoid_crossentropy(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Return ``-t * log(sigmoid(x)) - (1 - t) * log(1 - sigmoid(x))``, entry by entry.

    Computed as ``max(x, 0) - x * t + log(1 + exp(-|x|))``, which never overflows. The derivative
    with respect to the logits is ``sigmoid(x) - t``.

    Args:
        logits: Floats of any shape.
        targets: Probabilities of the class 1, of the same shape and dtype.

    Returns:
        Values of the same shape.
    """
    return jnp.maximum(logits, 0.0) - logits * targets + jnp.log1p(jnp.exp(-jnp.abs(logits)))


@partial(sigmoid_crossentropy.defjvp, symbolic_zeros=True)
def _sigmoid_crossentropy_jvp(primals: Sequence[jax.Array], tangents: Sequence[Any]) -> tuple[jax.Array, Any]:
    logits, targets = primals
    logits_tangent, targets_tangent = tangents
    value = sigmoid_crossentropy(logits, targets)
    change = jnp.zeros_like(value)
    if not isinstance(logits_tangent, SymbolicZero):
        change = (jax.nn.sigmoid(logits) - targets) * logits_tangent
    if not isinstance(targets_tangent, SymbolicZero):
        change = change - logits * targets_tangent
    return value, change


def pick(values: jax.Array, labels: jax.Array, axis: int) -> jax.Array:
    """Return the entry of each label along the class axis.

    Args:
        values: Floats of shape ``(..., classes, ...)``.
        labels: int32 labels of the shape without ``axis``.
        axis: The class axis, counted from the front.

    Returns:
        Values of the labels' shape; NaN where a label is outside the classes.
    """
    classes = values.shape[axis]
    if classes > GATHER_ABOVE:
        index = jnp.clip(jnp.expand_dims(labels, axis), 0, classes - 1)
        chosen = jnp.squeeze(jnp.take_along_axis(values, index, axis=axis), axis)
    else:
        chosen = jnp.sum(jnp.where(one_hot(labels, classes, axis), values, 0.0), axis=axis)
    return jnp.where((labels >= 0) & (labels < classes), chosen, jnp.nan)


def _log_softmax(logits: jax.Array, axis: int) -> jax.Array:
    largest = jax.lax.stop_gradient(jnp.max(logits, axis=axis, keepdims=True))
    shifted = logits - largest
    return shifted - jnp.log(jnp.sum(jnp.exp(shifted), axis=axis, keepdims=True))


def _weighted(weights: jax.Array, values: jax.Array, axis: int) -> jax.Array:
    # A class of weight 0 costs nothing, even one that a logit of -infinity rules out.
    return jnp.sum(jnp.where(weights == 0, 0.0, weights * values), axis=axis)
