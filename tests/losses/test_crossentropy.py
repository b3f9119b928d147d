"""Cross-entropies as objects: from probabilities to logits, ignored classes, kernels of a whole loss."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import ConfigurationError, UnsupportedError

SOFTMAX = ["CategoricalCrossentropy", "CategoricalFocalCrossentropy", "SparseCategoricalCrossentropy"]
SIGMOID = ["BinaryCrossentropy", "BinaryFocalCrossentropy"]


@pytest.mark.parametrize("kind", SOFTMAX + SIGMOID)
def test_with_logits_is_the_same_loss(kind: str) -> None:
    loss = getattr(losses, kind)(reduction="sum", name="own", dtype="float32")
    twin = loss.with_logits()
    assert (twin.from_logits, loss.from_logits) == (True, False)
    assert (twin.name, twin.reduction, type(twin)) == ("own", "sum", type(loss))
    assert twin.structure() != loss.structure()
    assert twin.logits_of is None
    logits = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    targets = np.array([0, 2, 1, 1]) if kind.startswith("Sparse") else np.eye(3)[[0, 2, 1, 1]]
    assert loss.logits_of == ("softmax" if kind in SOFTMAX else "sigmoid")
    activation = jax.nn.softmax if kind in SOFTMAX else jax.nn.sigmoid

    def both() -> tuple:
        return twin(targets, jnp.asarray(logits)), loss(targets, activation(jnp.asarray(logits)))

    np.testing.assert_allclose(*jax.jit(both)(), rtol=1e-5)


def test_no_logits_to_be_had() -> None:
    assert losses.CategoricalCrossentropy(axis=1).logits_of is None
    for loss in (losses.MeanSquaredError(), losses.BinaryCrossentropy(from_logits=True)):
        with pytest.raises(UnsupportedError, match="is not computed from logits"):
            loss.with_logits()


def test_the_batch_axis_makes_rows_depend_on_each_other() -> None:
    assert losses.BinaryCrossentropy().rowwise
    assert not losses.BinaryCrossentropy(axis=0).rowwise
    assert not losses.BinaryCrossentropy(axis=None).rowwise


def test_ignored_labels_do_not_count_in_the_mean() -> None:
    labels, logits = np.array([0, 255, 2, 255], "uint8"), np.random.default_rng(0).normal(size=(4, 3))
    ignoring = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    plain = losses.SparseCategoricalCrossentropy(from_logits=True)
    np.testing.assert_allclose(ignoring(labels, logits), plain(labels[::2], logits[::2]), rtol=1e-6)
    assert ignoring(np.full(4, 255), logits) == 0


@pytest.mark.parametrize("labels", [np.zeros(32, "uint8"), np.zeros((32, 1), "int32")])
def test_few_kernels_with_padding(labels: np.ndarray) -> None:
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)

    def total(logits: jax.Array, labels: jax.Array, valid: jax.Array, rows: jax.Array) -> jax.Array:
        return loss.compute(labels, logits, valid=valid, rows=rows)

    arguments = np.zeros((32, 10), "f"), labels, np.ones(32, "f"), np.float32(32)
    text = jax.jit(jax.value_and_grad(total)).lower(*arguments).compile().as_text()
    kernels = re.findall(r"= \S+ (?!parameter|constant|tuple|bitcast)[a-z-]+\(", text[text.index("ENTRY") :])
    assert len(kernels) <= 5


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        (
            "BinaryCrossentropy",
            {"label_smoothing": 1.5},
            r"`label_smoothing` must be a number from 0 to 1; received: 1.5",
        ),
        (
            "BinaryCrossentropy",
            {"from_logits": "yes"},
            r"`from_logits` must be True or False; received: 'yes'",
        ),
        ("BinaryFocalCrossentropy", {"gamma": -1}, r"`gamma` must be a number of at least 0; received: -1"),
        ("BinaryFocalCrossentropy", {"axis": None}, r"`axis` must be an integer; received: None"),
        ("CategoricalCrossentropy", {"axis": 1.0}, r"`axis` must be an integer; received: 1.0"),
        (
            "CategoricalFocalCrossentropy",
            {"alpha": "auto"},
            r"`alpha` must be a number of at least 0; received: 'auto'",
        ),
        (
            "SparseCategoricalCrossentropy",
            {"ignore_class": 1.5},
            r"`ignore_class` must be an integer; received: 1.5",
        ),
        ("CategoricalGeneralizedCrossEntropy", {"q": 1.0}, r"`q` must lie between 0 and 1"),
        ("Huber", {"delta": 0}, r"`delta` must be a number of at least .*; received: 0"),
        ("Circle", {"margin": float("nan")}, r"`margin` must be a number from 0 to 1; received: nan"),
        ("Tversky", {"beta": -0.5}, r"`beta` must be a number of at least 0; received: -0.5"),
    ],
)
def test_options_without_meaning(kind: str, options: dict, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        getattr(losses, kind)(**options)
