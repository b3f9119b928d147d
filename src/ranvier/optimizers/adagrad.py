"""Adagrad: each weight's step is divided by the size of all its gradients so far."""

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


class Adagrad(Optimizer):
    """Steps over the root of a sum of squares: ``a <- a + g ** 2; w <- w - rate * g / sqrt(a + epsilon)``.

    Args:
        learning_rate: The step size.
        initial_accumulator_value: What the sum starts from; at least 0.
        epsilon: Added under the root.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Adagrad().initial_accumulator_value
        0.1

    Source: Duchi et al. (2011), https://jmlr.org/papers/v12/duchi11a.html.
    """

    hyperparameters = ("initial_accumulator_value", "epsilon")

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.initial_accumulator_value = number("initial_accumulator_value", initial_accumulator_value)
        self.epsilon = number("epsilon", epsilon)

    def slots(self, parameter: Any) -> Arrays:
        """Return the sum of squares."""
        return {
            "accumulator": np.full(parameter.shape, self.initial_accumulator_value, np.dtype(parameter.dtype))
        }

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate and epsilon."""
        del iterations
        return {"learning_rate": learning_rates, "epsilon": self.epsilon}

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        accumulator = slots["accumulator"] + gradient * gradient
        move = gradient * scalars["learning_rate"] / jnp.sqrt(accumulator + scalars["epsilon"])
        return parameter - move, {"accumulator": accumulator}
