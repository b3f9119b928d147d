"""Reports of sparsity, and of accuracy against it."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier import pruning
from ranvier.errors import ConfigurationError, NotCompiledError
from ranvier.layers import Dense, Input
from ranvier.models import Sequential

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 5)).astype("float32")
Y = (X @ RANDOM.normal(size=(5, 3))).argmax(1)


def network() -> Sequential:
    model = Sequential([Input((5,)), Dense(8, activation="relu"), Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_sparsity_as_a_table() -> None:
    model = pruning.prune(network(), 0.5, layers=["dense"])
    report = pruning.sparsity(model)
    assert str(report).splitlines() == [
        "weight          entries  zero  sparsity  held",
        "dense/kernel         40    20     50.0%   yes",
        "dense_1/kernel       24     0      0.0%    no",
        "total                64    20     31.2%    no",
    ]
    assert report["dense"] == 0.5
    assert float(report) == 20 / 64
    with pytest.raises(ConfigurationError, match="received: 'other'"):
        report["other"]


def test_accuracy_against_sparsity_leaves_the_model_as_it_was() -> None:
    model = network()
    model.fit(X, Y, epochs=5, verbose=0)
    weights = model.get_weights()
    report = pruning.accuracy_against_sparsity(model, X, Y, sparsities=[0.0, 0.5, 0.9])
    for old, new in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert report.weights_left == (64, 32, 6)
    loss, accuracy = model.evaluate(X, Y, verbose=0)
    assert report.results["loss"][0] == pytest.approx(loss)
    assert report.results["accuracy"][0] == pytest.approx(accuracy)
    pruning.prune(model, 0.5)
    assert report.results["loss"][1] == pytest.approx(model.evaluate(X, Y, verbose=0)[0])
    lines = str(report).splitlines()
    assert lines[0].split() == ["sparsity", "weights", "left", "loss", "accuracy"]
    assert len(lines) == 4


def test_figure() -> None:
    report = pruning.AccuracyReport((0.0, 0.5), {"loss": [1.0, 2.0], "accuracy": [0.9, 0.8]}, (10, 5))
    axes = report.figure().axes[0]
    assert axes.get_title(loc="left") == "Accuracy against sparsity"
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[0, 0.9], [50, 0.8]])
    assert report.figure("loss").axes[0].get_title(loc="left") == "Loss against sparsity"
    with pytest.raises(ConfigurationError, match="received: 'auc'"):
        report.figure("auc")


def test_bad_arguments() -> None:
    with pytest.raises(ConfigurationError, match="at least one fraction"):
        pruning.accuracy_against_sparsity(network(), X, Y, sparsities=[])
    with pytest.raises(NotCompiledError):
        pruning.accuracy_against_sparsity(Sequential([Input((5,)), Dense(3)]), X, Y)
