"""Nadam: Adam with Nesterov's momentum."""

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

_SETTLED = 1024
"""From here on ``1 - 0.5 * 0.96 ** t`` is 1 in float64."""


class Nadam(Optimizer):
    """Adam whose step looks ahead along the momentum.

    With ``u_t = beta_1 * (1 - 0.5 * 0.96 ** t)`` and ``U_t`` the product of ``u_1`` to ``u_t``, the step is
    ``rate * (u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t))`` over
    ``sqrt(v / (1 - beta_2 ** t)) + epsilon``, with Adam's ``m`` and ``v``.

    Args:
        learning_rate: The step size.
        beta_1: The share of the old mean of gradients that is kept at each step, in [0, 1).
        beta_2: The share of the old mean of squares that is kept, in [0, 1).
        epsilon: Added to the root.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Nadam().beta_2
        0.999

    Source: Dozat (2015), http://cs229.stanford.edu/proj2015/054_report.pdf.
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
        """Return the means of gradients and squares."""
        return {name: np.zeros(parameter.shape, parameter.dtype) for name in ("momentum", "velocity")}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the factors of momentum and gradient, ``1 - beta_1``, ``1 - beta_2`` and epsilon.

        The root of ``1 - beta_2 ** t`` under ``v`` is moved into the factors and epsilon.
        """
        number_of_update = iterations + 1.0
        now = self.beta_1 * (1.0 - 0.5 * 0.96**number_of_update)
        following = self.beta_1 * (1.0 - 0.5 * 0.96 ** (number_of_update + 1.0))
        product = momentum_product(self.beta_1, iterations + 1)
        root = np.sqrt(1.0 - self.beta_2**number_of_update)
        return {
            "momentum_rate": learning_rates * root * following / (1.0 - product * following),
            "gradient_rate": learning_rates * root * (1.0 - now) / (1.0 - product),
            "momentum_share": 1.0 - self.beta_1,
            "velocity_share": 1.0 - self.beta_2,
            "epsilon": self.epsilon * root,
        }

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        momentum = interpolate(slots["momentum"], gradient, scalars["momentum_share"])
        velocity = interpolate(slots["velocity"], gradient * gradient, scalars["velocity_share"])
        ahead = momentum * scalars["momentum_rate"] + gradient * scalars["gradient_rate"]
        move = ahead / (jnp.sqrt(velocity) + scalars["epsilon"])
        return parameter - move, {"momentum": momentum, "velocity": velocity}


def momentum_product(beta_1: float, numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the product of ``beta_1 * (1 - 0.5 * 0.96 ** i)`` for ``i`` from 1 to each number, in float64.

    Args:
        beta_1: In [0, 1).
        numbers: Integers of at least 1, shape (count,).
    """
    partial = np.cumprod(1.0 - 0.5 * 0.96 ** np.arange(1.0, _SETTLED + 1.0))
    return np.asarray(beta_1**numbers * partial[np.minimum(numbers, _SETTLED) - 1])
