"""Connectionist temporal classification: a sequence of labels without their positions in time."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.functions.losses.shapes import as_array, as_floating

BLANK = 0
"""The class that stands for no label; zeros at the end of a row of labels are padding."""

_IMPOSSIBLE = -1e5
"""The logarithm of the probability of what cannot happen; finite, so that gradients stay finite."""


def ctc(y_true: Any, y_pred: Any) -> jax.Array:
    """Return minus the log-probability of the labels, summed over all alignments with the time steps.

    Args:
        y_true: Integer labels of shape ``(n, labels)``, from 1; rows end in zeros where shorter.
        y_pred: Logits of shape ``(n, time, classes)``; class 0 is the blank.

    Returns:
        Values of shape ``(n,)``; about 1e5 where a row has more labels than time steps can hold.

    Raises:
        ShapeError: If the shapes are not of these ranks, or differ in ``n``.

    Source: Graves et al., Connectionist temporal classification (2006), equations 5 to 8.
    """
    logits, labels = as_floating(y_pred, "y_pred"), as_array(y_true, "y_true")
    if logits.ndim != 3 or labels.ndim != 2 or len(labels) != len(logits):
        raise ShapeError(
            "ctc needs y_true of shape (n, labels) and y_pred of shape (n, time, classes); "
            f"received: y_true of shape {labels.shape}, y_pred of shape {logits.shape}."
        )
    labels = labels.astype(jnp.int32)
    length = jnp.sum(labels != BLANK, axis=1, dtype=jnp.int32)
    symbols = _with_blanks(labels)
    emissions = _emissions(logits, symbols)
    # alpha[s]: the log-probability of all alignments so far that end in symbol s.
    states = jnp.arange(symbols.shape[1], dtype=jnp.int32)
    first = jnp.where(states < 2, emissions[0], _IMPOSSIBLE)
    may_skip = _may_skip(symbols)

    def advance(alpha: jax.Array, emission: jax.Array) -> tuple[jax.Array, None]:
        skipped = jnp.where(may_skip, _shifted(alpha, 2), _IMPOSSIBLE)
        arriving = jnp.logaddexp(jnp.logaddexp(alpha, _shifted(alpha, 1)), skipped)
        return arriving + emission, None

    last, _ = jax.lax.scan(advance, first, emissions[1:])
    # An alignment ends in the last label or in the blank after it.
    final = (states == 2 * length[:, None]) | (states == 2 * length[:, None] - 1)
    return -jax.nn.logsumexp(last, axis=1, where=final)


def _with_blanks(labels: jax.Array) -> jax.Array:
    """Set a blank before, between and after the labels: ``(n, l)`` to ``(n, 2 * l + 1)``."""
    pairs = jnp.stack([labels, jnp.full_like(labels, BLANK)], axis=2).reshape(len(labels), -1)
    return jnp.pad(pairs, ((0, 0), (1, 0)), constant_values=BLANK)


def _emissions(logits: jax.Array, symbols: jax.Array) -> jax.Array:
    """Return the log-probability of each symbol at each time, of shape ``(time, n, symbols)``."""
    log_probabilities = jax.nn.log_softmax(logits.astype(jnp.promote_types(logits.dtype, jnp.float32)))
    chosen = jax.nn.one_hot(symbols, logits.shape[2], dtype=log_probabilities.dtype)
    return jnp.einsum("ntk,nsk->tns", log_probabilities, chosen, precision=jax.lax.Precision.HIGHEST)


def _may_skip(symbols: jax.Array) -> jax.Array:
    """Tell which symbols may follow the last but one: labels unlike the label before them.

    A label is told by its odd place, so that a 0 among the labels is one of them, as in Keras.
    """
    labels = jnp.arange(symbols.shape[1], dtype=jnp.int32) % 2 == 1
    return labels & (symbols != jnp.pad(symbols, ((0, 0), (2, 0)))[:, :-2])


def _shifted(alpha: jax.Array, places: int) -> jax.Array:
    return jnp.pad(alpha, ((0, 0), (places, 0)), constant_values=_IMPOSSIBLE)[:, : alpha.shape[1]]
