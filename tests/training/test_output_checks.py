"""Whether the last layer and the loss fit together."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from ranvier import activations, layers, losses
from ranvier.errors import ConfigurationError
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.training.objective import Term
from ranvier.training.output_checks import check_outputs, last_activation


class Own(layers.Layer):
    activation = staticmethod(activations.linear)

    def call(self, inputs: Any) -> Any:
        return inputs


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (Dense(3), activations.linear),
        (Dense(3, activation="softmax"), activations.softmax),
        (layers.Activation("tanh"), activations.tanh),
        (layers.Softmax(), activations.softmax),
        (layers.Softmax(axis=1), None),
        (layers.Flatten(), None),
        (Own(), None),
        (Sequential([Input((4,)), Dense(2, activation="sigmoid")]), activations.sigmoid),
    ],
)
def test_last_activation(last: Any, expected: Any) -> None:
    assert last_activation(last(Input((4,)))) is expected
    assert last_activation(object()) is None


def check(loss: Any, activation: Any, units: int = 3) -> None:
    resolved = losses.resolve(loss, (None,), (None, units))
    check_outputs([Term("out", resolved)], [Dense(units, activation=activation)(Input((4,)))])


@pytest.mark.parametrize(
    ("loss", "activation", "units"),
    [
        ("sparse_categorical_crossentropy", "softmax", 3),
        ("categorical_crossentropy", "sigmoid", 3),
        ("binary_crossentropy", "sigmoid", 1),
        ("binary_crossentropy", "hard_sigmoid", 1),
        ("mse", None, 1),
        ("mse", "softmax", 2),
        ("hinge", "tanh", 1),
        (losses.BinaryCrossentropy(from_logits=True), None, 1),
        ("sparse_categorical_crossentropy", lambda x: x, 3),
    ],
)
def test_what_fits(loss: Any, activation: Any, units: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(loss, activation, units)


@pytest.mark.parametrize("activation", [None, "relu", "tanh", "log_softmax"])
@pytest.mark.parametrize(
    "loss", ["categorical_crossentropy", "binary_crossentropy", "categorical_focal_crossentropy"]
)
def test_what_is_no_probability(loss: str, activation: Any) -> None:
    with pytest.raises(ConfigurationError, match="takes probabilities, and the output 'out' has none"):
        check(loss, activation)


def test_a_softmax_of_one_unit() -> None:
    with pytest.raises(ConfigurationError, match="A softmax over a single unit"):
        check("mse", "softmax", 1)


def test_logits_that_are_none() -> None:
    with pytest.warns(UserWarning, match="is the sigmoid already"):
        check(losses.BinaryCrossentropy(from_logits=True), "sigmoid")
