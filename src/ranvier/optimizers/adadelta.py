"""Adadelta: steps in the units of the weights, from running means of squares of gradients and steps."""

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


class Adadelta(Optimizer):
    """Gradients scaled by the ratio of recent steps to recent gradients.

    ``a <- rho a + (1 - rho) g ** 2; s = g * sqrt(d + epsilon) / sqrt(a + epsilon);
    d <- rho d + (1 - rho) s ** 2; w <- w - rate * s``.

    Args:
        learning_rate: The factor of the step; 1 in the paper.
        rho: The share of the old means that is kept at each step, from 0 to 1.
        epsilon: Added under the roots.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Adadelta(learning_rate=1.0).rho
        0.95

    Source: Zeiler (2012), https://arxiv.org/abs/1212.5701.
    """

    hyperparameters = ("rho", "epsilon")

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = number("rho", rho, high=1.0)
        self.epsilon = number("epsilon", epsilon)

    def slots(self, parameter: Any) -> Arrays:
        """Return the means of the squares of gradients and of steps."""
        names = ("accumulated_grad", "accumulated_delta_var")
        return {name: np.zeros(parameter.shape, parameter.dtype) for name in names}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate, ``1 - rho`` and epsilon."""
        del iterations
        return {"learning_rate": learning_rates, "new_share": 1.0 - self.rho, "epsilon": self.epsilon}

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        share, epsilon = scalars["new_share"], scalars["epsilon"]
        gradients = interpolate(slots["accumulated_grad"], gradient * gradient, share)
        steps = slots["accumulated_delta_var"]
        move = gradient * jnp.sqrt(steps + epsilon) / jnp.sqrt(gradients + epsilon)
        new = {
            "accumulated_grad": gradients,
            "accumulated_delta_var": interpolate(steps, move * move, share),
        }
        return parameter - move * scalars["learning_rate"], new
