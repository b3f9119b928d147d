"""What the networks for tables make smaller."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ranvier.losses import SparseCategoricalCrossentropy


class SmoothedCrossentropy(SparseCategoricalCrossentropy):
    r"""Cross-entropy of labels of which a share is spread over all classes.

    .. math:: -(1 - s) \log p_y - s \frac{1}{K} \sum_k \log p_k

    Args:
        label_smoothing: The share s, in [0, 1].
        from_logits: Whether predictions are logits.
    """

    option_names = ("from_logits", "ignore_class", "axis", "label_smoothing")  # type: ignore[assignment]

    def __init__(self, label_smoothing: float, from_logits: bool = False, **options: Any) -> None:
        super().__init__(from_logits, **options)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        logits = y_pred if self.from_logits else jnp.log(jnp.maximum(y_pred, 1e-30))
        logits = logits - jnp.max(logits, axis=-1, keepdims=True)
        total = jnp.log(jnp.sum(jnp.exp(logits), axis=-1))
        labels = y_true.astype(jnp.int32)
        chosen = labels[:, None] == jnp.arange(logits.shape[-1], dtype=jnp.int32)
        right = jnp.sum(jnp.where(chosen, logits, 0.0), axis=-1)
        share = jnp.asarray(self.label_smoothing, logits.dtype)
        return total - (1.0 - share) * right - share * jnp.mean(logits, axis=-1)
