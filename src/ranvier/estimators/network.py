"""The network of an estimator: a stack of dense layers, its weights, and its penalty on weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.forward_pass import ForwardPass
from ranvier.layers import Activation, BatchNormalization, Dense, Dropout, Input
from ranvier.models import Sequential
from ranvier.training.view import Forward, NetworkView
from ranvier.types import Array, Arrays, StructureKey

ACTIVATIONS: Mapping[str, str] = {
    "identity": "linear",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "softmax": "softmax",
    "exp": "exponential",
}
"""scikit-learn's names of activations, and Ranvier's."""

NORMALIZATION = ("gamma", "beta", "moving_mean", "moving_variance")
"""The weights of a batch normalization, in order."""

EPSILON = 1e-3
"""What batch normalization adds to a variance."""


@dataclass(frozen=True)
class Architecture:
    """What a network is but for its weights.

    Attributes:
        sizes: The number of inputs, of units of each hidden layer, and of outputs.
        activation: scikit-learn's name of the activation of the hidden layers.
        out_activation: That of the outputs.
        normalized: Whether hidden layers are batch-normalized before their activation.
    """

    sizes: tuple[int, ...]
    activation: str
    out_activation: str
    normalized: bool


@dataclass
class Weights:
    """The weights of a network, NumPy arrays.

    Attributes:
        coefs: Of each layer, shape (inputs, outputs).
        intercepts: Of each layer, shape (outputs,).
        normalizations: For each hidden layer the arrays of its batch normalization; empty without.
    """

    coefs: list[np.ndarray[Any, Any]]
    intercepts: list[np.ndarray[Any, Any]]
    normalizations: list[Arrays]


def build(architecture: Architecture, dropout: float, weights: Weights) -> Sequential:
    """Make the network.

    Args:
        architecture: Its layers.
        dropout: The share of hidden units dropped in training; 0 for no such layer.
        weights: Their weights.
    """
    hidden = ACTIVATIONS[architecture.activation]
    layers: list[Any] = [Input((architecture.sizes[0],))]
    for units in architecture.sizes[1:-1]:
        if architecture.normalized:
            layers += [Dense(units), BatchNormalization(epsilon=EPSILON), Activation(hidden)]
        else:
            layers.append(Dense(units, hidden))
        if dropout:
            layers.append(Dropout(dropout))
    layers.append(Dense(architecture.sizes[-1], ACTIVATIONS[architecture.out_activation]))
    model = Sequential(layers)
    put_weights(model, weights)
    return model


def put_weights(model: Sequential, weights: Weights) -> None:
    """Give a network weights."""
    dense = [layer for layer in model.layers if isinstance(layer, Dense)]
    for layer, coef, intercept in zip(dense, weights.coefs, weights.intercepts, strict=True):
        layer._parameters["kernel"].assign(coef)
        layer._parameters["bias"].assign(intercept)
    for normalization, arrays in zip(_normalizations(model), weights.normalizations, strict=True):
        for name in NORMALIZATION:
            _variable(normalization, name).assign(arrays[name])


def take_weights(model: Sequential) -> Weights:
    """Return copies of the weights of a network."""
    dense = [layer for layer in model.layers if isinstance(layer, Dense)]
    return Weights(
        [np.array(layer._parameters["kernel"].value) for layer in dense],
        [np.array(layer._parameters["bias"].value) for layer in dense],
        [
            {name: np.array(_variable(layer, name).value) for name in NORMALIZATION}
            for layer in _normalizations(model)
        ],
    )


def initial_weights(architecture: Architecture, random_state: np.random.RandomState) -> Weights:
    r"""Draw first weights: uniform in :math:`\pm\sqrt{6 / (inputs + outputs)}`, with 2 for 6 before a sigmoid.

    Weights and intercepts are drawn in scikit-learn's order, so that equal seeds begin equally.

    Args:
        architecture: The layers.
        random_state: What is drawn from.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward networks (2010).
    """
    factor = 2.0 if architecture.activation == "logistic" else 6.0
    coefs, intercepts = [], []
    for fan_in, fan_out in zip(architecture.sizes[:-1], architecture.sizes[1:], strict=True):
        bound = np.sqrt(factor / (fan_in + fan_out))
        coefs.append(random_state.uniform(-bound, bound, (fan_in, fan_out)).astype(np.float32))
        intercepts.append(random_state.uniform(-bound, bound, fan_out).astype(np.float32))
    normalizations: list[Arrays] = []
    if architecture.normalized:
        for units in architecture.sizes[1:-1]:
            ones, zeros = np.ones(units, np.float32), np.zeros(units, np.float32)
            normalizations.append(dict(zip(NORMALIZATION, (ones, zeros, zeros, ones), strict=True)))
    return Weights(coefs, intercepts, normalizations)


@dataclass(frozen=True)
class Ridge:
    """scikit-learn's penalty on weights as the programs take it: its strength is data.

    Attributes:
        alpha: The strength.
    """

    alpha: float

    def settings(self) -> dict[str, float]:
        """Return the strength."""
        return {"alpha": self.alpha}


class PenalizedView(NetworkView):
    r"""A network on pairs of features and row weights, with :math:`\alpha \sum W^2 / 2` divided by their sum.

    The penalty is that of scikit-learn: a batch of rows has the loss
    :math:`(\sum_i w_i l_i + \alpha \sum W^2 / 2) / \sum_i w_i`, so weighing a row and repeating it are the same.

    Args:
        network: The network.
        alpha: The strength of the penalty.
    """

    def __init__(self, network: Sequential, alpha: float) -> None:
        super().__init__(network)
        self.ridge = Ridge(alpha)
        self.owners.append(self.ridge)
        self.kernels = [index for index, each in enumerate(self.trained) if each.name == "kernel"]

    def structure(self) -> StructureKey:
        """A hashable value, equal for two views exactly when they trace to the same program."""
        return ("penalized", super().structure())

    def run(self, trained: Sequence[Array], held: Sequence[Array], inputs: Any, run: ForwardPass) -> Forward:
        """Run the network; ``inputs`` are features of shape (n, features) and weights of shape (n,)."""
        features, weights = inputs
        forward = super().run(trained, held, features, run)
        total = jnp.sum(weights if run.valid is None else weights * run.valid)
        squares = [jnp.sum(jnp.square(trained[index])) for index in self.kernels]
        strength = 0.5 * run.settings[id(self.ridge)]["alpha"]
        counted = jnp.where(total > 0.0, strength / jnp.where(total > 0.0, total, 1.0), 0.0)
        return replace(forward, penalties=[*forward.penalties, counted * sum(squares[1:], squares[0])])


def _normalizations(model: Sequential) -> list[BatchNormalization]:
    return [layer for layer in model.layers if isinstance(layer, BatchNormalization)]


def _variable(layer: BatchNormalization, name: str) -> Any:
    return (layer._parameters | layer._state)[name]
