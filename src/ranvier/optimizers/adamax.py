"""Adamax: Adam with the largest recent gradient in place of the mean of squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.functions.updates import interpolate
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Adamax(Optimizer):
    """Momentum over a decaying maximum of absolute gradients.

    ``m <- beta_1 m + (1 - beta_1) g; u <- max(beta_2 u, |g|);
    w <- w - rate / (1 - beta_1 ** t) * m / (u + epsilon)`` in the update numbered ``t`` from 1.

    Args:
        learning_rate: The step size.
        beta_1: The share of the old mean of gradients that is kept at each step, in [0, 1).
        beta_2: The share of the old maximum that is kept, in [0, 1).
        epsilon: Added to the maximum.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Adamax().beta_1
        0.9

    Source: Kingma & Ba (2015), section 7.1, https://arxiv.org/abs/1412.6980.
    """

    hyperparameters = ("beta_1", "beta_2", "epsilon")

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
        """Return the mean of gradients and the maximum."""
        return {name: np.zeros(parameter.shape, parameter.dtype) for name in ("momentum", "norm")}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the corrected step size, ``1 - beta_1``, ``beta_2`` and epsilon."""
        return {
            "step_size": learning_rates / (1.0 - self.beta_1 ** (iterations + 1.0)),
            "momentum_share": 1.0 - self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        momentum = interpolate(slots["momentum"], gradient, scalars["momentum_share"])
        norm = jnp.maximum(slots["norm"] * scalars["beta_2"], jnp.abs(gradient))
        move = momentum * scalars["step_size"] / (norm + scalars["epsilon"])
        return parameter - move, {"momentum": momentum, "norm": norm}
