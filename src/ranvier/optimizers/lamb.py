"""Lamb: Adam with a step for each weight matrix in proportion to its norm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.functions.updates import interpolate, trust_ratio
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Lamb(Optimizer):
    """Layer-wise adaptive moments, for large batches.

    ``w <- w - rate * |w| / |u| * u`` with Adam's direction
    ``u = m / (1 - beta_1 ** t) / (sqrt(v / (1 - beta_2 ** t)) + epsilon)``.

    Args:
        learning_rate: The step size in units of the norm of each weight.
        beta_1: The share of the old mean of gradients that is kept at each step, in [0, 1).
        beta_2: The share of the old mean of squares that is kept, in [0, 1).
        epsilon: Added to the root.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Lamb().elementwise
        False

    Source: You et al. (2020), https://arxiv.org/abs/1904.00962.
    """

    hyperparameters = ("beta_1", "beta_2", "epsilon")
    rule_is_elementwise = False

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = number("beta_1", beta_1, high=1.0, high_open=True)
        self.beta_2 = number("beta_2", beta_2, high=1.0, high_open=True)
        self.epsilon = number("epsilon", epsilon)

    def slots(self, parameter: Any) -> Arrays:
        """Return the means of gradients and squares."""
        return {name: np.zeros(parameter.shape, parameter.dtype) for name in ("momentum", "velocity")}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate, the corrections of both means, their shares, and epsilon."""
        number_of_update = iterations + 1.0
        return {
            "learning_rate": learning_rates,
            "momentum_correction": 1.0 / (1.0 - self.beta_1**number_of_update),
            "root_correction": 1.0 / np.sqrt(1.0 - self.beta_2**number_of_update),
            "momentum_share": 1.0 - self.beta_1,
            "velocity_share": 1.0 - self.beta_2,
            "epsilon": self.epsilon,
        }

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        momentum = interpolate(slots["momentum"], gradient, scalars["momentum_share"])
        velocity = interpolate(slots["velocity"], gradient * gradient, scalars["velocity_share"])
        root = jnp.sqrt(velocity) * scalars["root_correction"]
        direction = momentum * scalars["momentum_correction"] / (root + scalars["epsilon"])
        move = direction * (trust_ratio(parameter, direction) * scalars["learning_rate"])
        return parameter - move, {"momentum": momentum, "velocity": velocity}
