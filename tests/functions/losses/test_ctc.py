"""CTC: numbers worked by hand, and a sum over all alignments written out."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.losses import ctc

if TYPE_CHECKING:
    from collections.abc import Callable


def _by_enumeration(labels: list[int], logits: np.ndarray) -> float:
    """Sum the probability of every path whose repetitions and blanks, once removed, leave the labels."""
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    total = 0.0
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        collapsed = [symbol for symbol, _ in itertools.groupby(path) if symbol != 0]
        if collapsed == labels:
            total += math.prod(probabilities[time, symbol] for time, symbol in enumerate(path))
    return -math.log(total)


def test_by_hand(run: Callable[..., Any]) -> None:
    # Of the nine paths of two steps, 11, 01 and 10 spell the label 1.
    np.testing.assert_allclose(run(ctc, [[1]], np.zeros((1, 2, 3))), [math.log(3.0)], rtol=1e-5)


def test_equals_the_sum_over_all_paths(run: Callable[..., Any]) -> None:
    logits = np.random.default_rng(3).normal(size=(4, 5, 3))
    rows = [[1, 2, 0], [1, 1, 0], [2, 1, 2], [0, 0, 0]]
    expected = [_by_enumeration([label for label in row if label], logits[i]) for i, row in enumerate(rows)]
    np.testing.assert_allclose(run(ctc, rows, logits), expected, rtol=1e-5)


def test_more_labels_than_steps_is_huge_but_finite(run: Callable[..., Any]) -> None:
    value, slope = run(jax.value_and_grad(lambda x: ctc(np.array([[1, 1, 1]]), x)[0]), jnp.zeros((1, 3, 3)))
    assert value > 9e4
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


def test_shapes() -> None:
    with pytest.raises(
        ShapeError, match=r"ctc needs .*received: y_true of shape \(2,\), y_pred of shape \(2, 4, 3\)"
    ):
        ctc([1, 2], np.zeros((2, 4, 3)))


def test_a_blank_among_the_labels_counts_as_a_label() -> None:
    """The value is that of Keras, whose labels end at the number of those that are not 0."""
    logits = (np.arange(24).reshape((2, 4, 3)).astype("float32") - 12) / 100
    values = ctc(np.array([[1, 2, 1, 0], [1, 2, 0, 2]]), logits)
    assert float(jnp.mean(values)) == pytest.approx(2.448645, rel=1e-6)
