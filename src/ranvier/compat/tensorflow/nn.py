"""``tf.nn``: activations, cross-entropies and what stands near them."""

from __future__ import annotations

from typing import Any

import jax

from ranvier import ops, random
from ranvier.compat.tensorflow import math
from ranvier.compat.tensorflow.renaming import absent, renamed

_ACTIVATIONS = (
    "elu",
    "leaky_relu",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
)
_OTHERS = {"softsign": "softsign", "swish": "silu", "tanh": "tanh", "gelu": "gelu", "in_top_k": "in_top_k"}

globals().update({name: renamed(getattr(ops, name), alpha="negative_slope") for name in _ACTIVATIONS})
globals().update({name: renamed(getattr(ops, own)) for name, own in _OTHERS.items()})
l2_normalize = math.l2_normalize
moments = renamed(ops.moments)
elu = renamed(ops.elu)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> jax.Array:
    """Return a rectifier with a small slope for negative values."""
    del name
    return ops.leaky_relu(features, alpha)  # type: ignore[no-any-return]


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> jax.Array:
    """Return the Gaussian error linear unit."""
    del name
    return ops.gelu(features, approximate)  # type: ignore[no-any-return]


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> jax.Array:
    """Return the cross-entropy of distributions with the softmax of logits."""
    del name
    return ops.categorical_crossentropy(labels, logits, True, axis)  # type: ignore[no-any-return]


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> jax.Array:
    """Return the cross-entropy of class numbers with the softmax of logits."""
    del name
    return ops.sparse_categorical_crossentropy(labels, logits, True)  # type: ignore[no-any-return]


def sigmoid_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> jax.Array:
    """Return the cross-entropy of 0 or 1 with the sigmoid of logits."""
    del name
    return ops.binary_crossentropy(labels, logits, True)  # type: ignore[no-any-return]


def l2_loss(t: Any, name: str | None = None) -> jax.Array:
    """Return half the sum of squares."""
    del name
    return ops.sum(ops.square(t)) * 0.5  # type: ignore[no-any-return]


def dropout(
    x: Any, rate: float, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> jax.Array:
    """Set each entry to 0 with a probability, and scale up the others."""
    del name
    return random.dropout(x, rate, noise_shape, seed)  # type: ignore[no-any-return]


__all__ = sorted(
    {
        *_ACTIVATIONS,
        *_OTHERS,
        *("dropout", "l2_loss", "l2_normalize", "moments", "sigmoid_cross_entropy_with_logits"),
        *("softmax_cross_entropy_with_logits", "sparse_softmax_cross_entropy_with_logits"),
    }
)
__getattr__ = absent("tf.nn", lambda: __all__)
