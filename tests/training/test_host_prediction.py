"""NumPy and the compiled program predict alike; what NumPy cannot do goes through the program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import activations, layers, models
from ranvier.errors import DataError, ShapeError
from ranvier.training import host_prediction
from ranvier.training.host_prediction import host_chain, predicted_at_once

X = np.random.default_rng(0).normal(size=(6, 3, 2)).astype("float32")


def network(*stack: Any) -> models.Sequential:
    return models.Sequential([layers.Input((3, 2)), layers.Flatten(), *stack])


@pytest.mark.parametrize("activation", sorted(function.__name__ for function in host_prediction._FUNCTIONS))
def test_equals_the_compiled_program(activation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = network(
        layers.Dense(5, activation=activation),
        layers.Dropout(0.5),
        layers.Dense(4, use_bias=False),
        layers.Activation(activation),
    )
    quick = model.predict(X, verbose=0)
    np.testing.assert_array_equal(predicted_at_once(model.graph, X), quick)
    monkeypatch.setattr(host_prediction, "LARGEST_WORK", 0)
    monkeypatch.setattr("ranvier.training.prediction.LARGEST_WORK", 0)
    assert predicted_at_once(model.graph, X) is None
    np.testing.assert_allclose(quick, model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("scale", "offset"), [(0.125, -1.0), ([2.0, 3.0], 0.5)], ids=["numbers", "lists"])
def test_rescaling_equals_the_compiled_program(
    scale: Any, offset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = models.Sequential(
        [layers.Input((3, 2)), layers.Rescaling(scale, offset), layers.Flatten(), layers.Dense(4)]
    )
    quick = predicted_at_once(model.graph, X)
    assert quick is not None
    monkeypatch.setattr(host_prediction, "LARGEST_WORK", 0)
    monkeypatch.setattr("ranvier.training.prediction.LARGEST_WORK", 0)
    np.testing.assert_allclose(quick, model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)


def test_by_hand() -> None:
    model = models.Sequential([layers.Input((2,)), layers.Dense(1, activation="relu")])
    model.set_weights([np.array([[1.0], [-2.0]]), np.array([0.5])])
    np.testing.assert_array_equal(
        model.predict(np.array([[3.0, 1.0], [0.0, 1.0]]), verbose=0), [[1.5], [0.0]]
    )


@pytest.mark.parametrize(
    "stack",
    [
        [layers.BatchNormalization()],
        [layers.Dense(2, activation=lambda x: x * 2.0)],
        [layers.Dense(2, activity_regularizer="l2")],
        [layers.Dense(2, activation=activations.gelu)],
    ],
    ids=["state", "function", "penalty", "unknown"],
)
def test_other_networks_go_through_the_program(stack: list[Any]) -> None:
    model = network(*stack)
    assert host_chain(model.graph) is None
    assert model.predict(X, verbose=0).shape[0] == len(X)


def test_a_function_within_a_network_goes_through_the_program() -> None:
    x = layers.Input((3,))
    model = models.Model(x, activations.relu(layers.Dense(2)(x)) * 2.0)
    rows = np.ones((1, 3), "float32")
    np.testing.assert_allclose(model.predict(rows, verbose=0), np.asarray(model(rows)), rtol=1e-6)


def test_a_branching_network_goes_through_the_program() -> None:
    inputs = layers.Input((4,))
    model = models.Model(inputs, layers.add([layers.Dense(2)(inputs), layers.Dense(2)(inputs)]))
    assert host_chain(model.graph) is None


def test_mistakes_get_the_same_sentences() -> None:
    model = network(layers.Dense(2))
    with pytest.raises(DataError, match="NaN in row 0"):
        model.predict(np.full((1, 3, 2), np.nan), verbose=0)
    with pytest.raises(ShapeError, match="must have shape"):
        model.predict(np.ones((1, 4, 2)), verbose=0)
    with pytest.raises(DataError, match="at least one row"):
        model.predict(np.ones((0, 3, 2)), verbose=0)
