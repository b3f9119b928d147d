"""Cross-entropies from logits: values, derivative rules of first and second order, kernels."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.functions.losses import logits as rules
from ranvier.functions.losses.logits import (
    pick,
    sigmoid_crossentropy,
    softmax_crossentropy,
    sparse_softmax_crossentropy,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LOGITS = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]], "f"))
TARGETS = np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]], "f")
LABELS = np.array([2, 0], "int32")


def test_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(softmax_crossentropy, LOGITS, TARGETS, 1), [-math.log(5 / 8), -math.log(3 / 8)], rtol=1e-6
    )
    np.testing.assert_allclose(
        run(sparse_softmax_crossentropy, LOGITS, LABELS, 1), [-math.log(5 / 8), -math.log(3 / 8)], rtol=1e-6
    )
    np.testing.assert_allclose(
        run(sigmoid_crossentropy, np.log(np.array([3.0, 3.0], "f")), np.array([1.0, 0.0], "f")),
        [-math.log(3 / 4), -math.log(1 / 4)],
        rtol=1e-6,
    )


def test_gradients_by_hand(run: Callable[..., Any]) -> None:
    probabilities = np.array([[1, 2, 5], [3, 3, 2]]) / 8
    dense = run(jax.grad(lambda x: jnp.sum(softmax_crossentropy(x, TARGETS, 1))), LOGITS)
    np.testing.assert_allclose(dense, probabilities - TARGETS, atol=1e-6)
    sparse = run(jax.grad(lambda x: jnp.sum(sparse_softmax_crossentropy(x, LABELS, 1))), LOGITS)
    np.testing.assert_allclose(sparse, probabilities - np.eye(3)[LABELS], atol=1e-6)
    binary = run(
        jax.grad(lambda x: jnp.sum(sigmoid_crossentropy(x, jnp.array([1.0, 0.0])))),
        jnp.log(jnp.array([3.0, 3.0])),
    )
    np.testing.assert_allclose(binary, [-0.25, 0.75], atol=1e-6)


def test_targets_need_not_sum_to_one(run: Callable[..., Any]) -> None:
    weights = 2.5 * TARGETS
    gradient = run(jax.grad(lambda x: jnp.sum(softmax_crossentropy(x, weights, 1))), LOGITS)
    np.testing.assert_allclose(gradient, 2.5 * (np.array([[1, 2, 5], [3, 3, 2]]) / 8 - TARGETS), atol=1e-6)


def test_targets_have_a_gradient_too(run: Callable[..., Any]) -> None:
    gradient = run(jax.grad(lambda t: jnp.sum(softmax_crossentropy(LOGITS, t, 1))), TARGETS)
    np.testing.assert_allclose(gradient, -np.log(np.array([[1, 2, 5], [3, 3, 2]]) / 8), rtol=1e-5)
    x, t = jnp.array([0.5, -2.0]), jnp.array([0.3, 0.6])
    both = run(jax.grad(lambda x, t: jnp.sum(sigmoid_crossentropy(x, t)), argnums=(0, 1)), x, t)
    np.testing.assert_allclose(both[0], jax.nn.sigmoid(x) - t, rtol=1e-6)
    np.testing.assert_allclose(both[1], -x, rtol=1e-6)
    only = run(jax.grad(lambda t: jnp.sum(sigmoid_crossentropy(x, t))), t)
    np.testing.assert_allclose(only, -x, rtol=1e-6)


def test_second_derivatives(run: Callable[..., Any]) -> None:
    probabilities = np.array([1, 2, 5]) / 8
    expected = np.diag(probabilities) - np.outer(probabilities, probabilities)
    dense = run(jax.hessian(lambda x: softmax_crossentropy(x, TARGETS[0], 0)), LOGITS[0])
    sparse = run(jax.hessian(lambda x: sparse_softmax_crossentropy(x, LABELS[0], 0)), LOGITS[0])
    np.testing.assert_allclose(dense, expected, atol=1e-6)
    np.testing.assert_allclose(sparse, expected, atol=1e-6)
    curvature = run(jax.grad(jax.grad(sigmoid_crossentropy)), 0.0, 1.0)
    np.testing.assert_allclose(curvature, 0.25, rtol=1e-6)


def test_huge_logits_neither_overflow_nor_vanish(run: Callable[..., Any]) -> None:
    huge = jnp.array([[1e4, 0.0], [-1e4, 0.0]])
    labels = jnp.array([1, 0], jnp.int32)
    value, gradient = run(
        jax.value_and_grad(lambda x: jnp.sum(sparse_softmax_crossentropy(x, labels, 1))), huge
    )
    assert value == 2e4
    np.testing.assert_allclose(gradient, [[1, -1], [-1, 1]])
    value, gradient = run(
        jax.value_and_grad(lambda x: jnp.sum(sigmoid_crossentropy(x, jnp.array([[0.0], [1.0]])))), huge[:, :1]
    )
    assert value == 2e4
    np.testing.assert_allclose(gradient, [[1], [-1]])


def test_a_class_ruled_out_costs_nothing_unless_it_is_right(run: Callable[..., Any]) -> None:
    masked = jnp.array([[0.0, -jnp.inf, 0.0]])
    value, gradient = run(
        jax.value_and_grad(lambda x: jnp.sum(softmax_crossentropy(x, jnp.array([[1.0, 0.0, 0.0]]), 1))),
        masked,
    )
    np.testing.assert_allclose(value, math.log(2.0), rtol=1e-6)
    np.testing.assert_allclose(gradient, [[-0.5, 0.0, 0.5]], atol=1e-6)


def test_a_label_outside_the_classes_is_nan(monkeypatch: pytest.MonkeyPatch, run: Callable[..., Any]) -> None:
    values, labels = jnp.array([[1.0, 2.0]] * 4), jnp.array([-1, 0, 1, 2], jnp.int32)
    np.testing.assert_array_equal(run(pick, values, labels, 1), [np.nan, 1.0, 2.0, np.nan])
    monkeypatch.setattr(rules, "GATHER_ABOVE", 1)
    np.testing.assert_array_equal(run(pick, values, labels, 1), [np.nan, 1.0, 2.0, np.nan])


def test_gathering_equals_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    logits = jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 3)), jnp.float32)
    labels = jnp.array([[0, 4, 2], [1, 1, 3]], jnp.int32)

    def program(logits: Any) -> Any:
        return jax.value_and_grad(lambda x: jnp.sum(sparse_softmax_crossentropy(x, labels, 1)))(logits)

    compared = jax.jit(program)(logits)
    monkeypatch.setattr(rules, "GATHER_ABOVE", 4)
    gathered = jax.jit(lambda logits: program(logits))(logits)
    np.testing.assert_allclose(gathered[0], compared[0], rtol=1e-6)
    np.testing.assert_allclose(gathered[1], compared[1], rtol=1e-6)


@pytest.mark.parametrize(
    ("function", "targets", "most"),
    [
        (lambda x, t: softmax_crossentropy(x, t, 1), np.zeros((32, 10), "f"), 5),
        (lambda x, t: sparse_softmax_crossentropy(x, t, 1), np.zeros(32, "int32"), 4),
        (sigmoid_crossentropy, np.zeros((32, 10), "f"), 2),
    ],
    ids=["dense", "sparse", "sigmoid"],
)
def test_few_kernels(function: Callable[..., Any], targets: np.ndarray, most: int) -> None:
    """Compile time grows with the number of kernels, so it is held down here."""
    program = jax.jit(jax.value_and_grad(lambda x, t: jnp.mean(function(x, t))))
    text = program.lower(np.zeros((32, 10), "f"), targets).compile().as_text()
    kernels = re.findall(r"= \S+ (?!parameter|constant|tuple|bitcast)[a-z-]+\(", text[text.index("ENTRY") :])
    assert len(kernels) <= most
