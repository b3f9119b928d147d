"""RMSprop: each weight's step is divided by the recent size of its gradient."""

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


class RMSprop(Optimizer):
    """Steps over the root of a running mean of squares.

    ``v <- rho * v + (1 - rho) * g ** 2; w <- w - rate * g / sqrt(v + epsilon)``.

    Args:
        learning_rate: The step size.
        rho: The share of the old mean that is kept at each step, from 0 to 1.
        momentum: The share of the last step that is taken again; none when 0.
        epsilon: Added under the root.
        centered: Divide by an estimate of the standard deviation: subtract the square of a running mean
            of the gradient under the root.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> RMSprop(rho=0.95).rho
        0.95

    Source: Hinton (2012), lecture 6e of Neural Networks for Machine Learning.
    """

    hyperparameters = ("rho", "momentum", "epsilon", "centered")

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = number("rho", rho, high=1.0)
        self.momentum = number("momentum", momentum, high=1.0)
        self.epsilon = number("epsilon", epsilon)
        self.centered = centered

    @property
    def uses_momentum(self) -> bool:
        """Whether steps are remembered: momentum is not 0, or was not when the state was made."""
        return bool(self.momentum) or self.holds("momentum")

    def slots(self, parameter: Any) -> Arrays:
        """Return the mean of squares, the momentum and the mean, as far as they are used."""
        used = {"velocity": True, "momentum": self.uses_momentum, "average_gradient": self.centered}
        return {name: np.zeros(parameter.shape, parameter.dtype) for name, use in used.items() if use}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate, ``1 - rho``, epsilon, and the momentum."""
        del iterations
        numbers = {"learning_rate": learning_rates, "new_share": 1.0 - self.rho, "epsilon": self.epsilon}
        return numbers | ({"momentum": self.momentum} if self.uses_momentum else {})

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        velocity = interpolate(slots["velocity"], gradient * gradient, scalars["new_share"])
        new: Arrays = {"velocity": velocity}
        variance = velocity
        if self.centered:
            mean = interpolate(slots["average_gradient"], gradient, scalars["new_share"])
            new["average_gradient"] = mean
            variance = velocity - mean * mean
        move = gradient * scalars["learning_rate"] / jnp.sqrt(variance + scalars["epsilon"])
        if "momentum" in slots:
            move = slots["momentum"] * scalars["momentum"] + move
            new["momentum"] = move
        return parameter - move, new

    def traits(self) -> tuple[Any, ...]:
        """Return whether there is momentum, and whether squares are centred."""
        return (self.uses_momentum, self.centered)
