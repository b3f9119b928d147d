"""Lion: steps of one size, in the direction of the sign of the momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Lion(Optimizer):
    """Evolved sign momentum.

    ``w <- w - rate * sign(beta_1 m + (1 - beta_1) g); m <- beta_2 m + (1 - beta_2) g``.

    Args:
        learning_rate: The size of every step; 3 to 10 times smaller than Adam's.
        beta_1: The share of the momentum in the direction, above 0 (where only the gradient's sign would
            be left) and at most 1.
        beta_2: The share of the old momentum that is kept at each step, from 0 to 1.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Lion(learning_rate=1e-4).beta_2
        0.99

    Source: Chen et al. (2023), https://arxiv.org/abs/2302.06675.
    """

    hyperparameters = ("beta_1", "beta_2")

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = number("beta_1", beta_1, high=1.0, low_open=True)
        self.beta_2 = number("beta_2", beta_2, high=1.0)

    def slots(self, parameter: Any) -> Arrays:
        """Return the momentum."""
        return {"momentum": np.zeros(parameter.shape, parameter.dtype)}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate and both betas."""
        del iterations
        return {"learning_rate": learning_rates, "beta_1": self.beta_1, "beta_2": self.beta_2}

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        momentum, beta_1, beta_2 = slots["momentum"], scalars["beta_1"], scalars["beta_2"]
        direction = jnp.sign(momentum * beta_1 + gradient * (1.0 - beta_1))
        new_momentum = momentum * beta_2 + gradient * (1.0 - beta_2)
        return parameter - direction * scalars["learning_rate"], {"momentum": new_momentum}
