"""Adam and AdamW: momentum over the root of a running mean of squares, both corrected for their start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.functions.updates import interpolate
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Adam(Optimizer):
    """Adaptive moments.

    ``m <- beta_1 m + (1 - beta_1) g; v <- beta_2 v + (1 - beta_2) g ** 2;
    w <- w - rate * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t) * m / (sqrt(v) + epsilon)``
    in the update numbered ``t`` from 1.

    Args:
        learning_rate: The step size.
        beta_1: The share of the old mean of gradients that is kept at each step, in [0, 1).
        beta_2: The share of the old mean of squares that is kept, in [0, 1).
        epsilon: Added to the root; the "epsilon hat" of the paper.
        amsgrad: Divide by the largest mean of squares so far instead of the present one.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Adam(learning_rate=3e-4).beta_1
        0.9

    Source: Kingma & Ba (2015), https://arxiv.org/abs/1412.6980; Reddi et al. (2018),
    https://openreview.net/forum?id=ryQu7f-RZ.
    """

    hyperparameters = ("beta_1", "beta_2", "epsilon", "amsgrad")

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = number("beta_1", beta_1, high=1.0, high_open=True)
        self.beta_2 = number("beta_2", beta_2, high=1.0, high_open=True)
        self.epsilon = number("epsilon", epsilon)
        self.amsgrad = amsgrad

    def slots(self, parameter: Any) -> Arrays:
        """Return the means of gradients and squares, and the largest of the latter if it is used."""
        names = ["momentum", "velocity"] + (["velocity_hat"] if self.amsgrad else [])
        return {name: np.zeros(parameter.shape, parameter.dtype) for name in names}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the corrected step size, ``1 - beta_1``, ``1 - beta_2`` and epsilon."""
        return {
            "step_size": learning_rates * correction(self.beta_1, self.beta_2, iterations),
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
        new: Arrays = {"momentum": momentum, "velocity": velocity}
        largest = velocity
        if self.amsgrad:
            largest = jnp.maximum(slots["velocity_hat"], velocity)
            new["velocity_hat"] = largest
        move = momentum * scalars["step_size"] / (jnp.sqrt(largest) + scalars["epsilon"])
        return parameter - move, new

    def traits(self) -> tuple[Any, ...]:
        """Return whether the largest mean of squares is kept."""
        return (self.amsgrad,)


class AdamW(Adam):
    """Adam with weight decay that the adaptive step does not rescale.

    Args:
        learning_rate: The step size.
        weight_decay: Before each step every weight loses this fraction of itself times the learning rate.
        beta_1: The share of the old mean of gradients that is kept at each step, in [0, 1).
        beta_2: The share of the old mean of squares that is kept, in [0, 1).
        epsilon: Added to the root.
        amsgrad: Divide by the largest mean of squares so far instead of the present one.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> AdamW().weight_decay
        0.004

    Source: Loshchilov & Hutter (2019), https://arxiv.org/abs/1711.05101.
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        if weight_decay is None:
            raise ConfigurationError(
                "`weight_decay` of AdamW must be a number; received: None. Use Adam for training without it."
            )
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **options
        )


def correction(beta_1: float, beta_2: float, iterations: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return ``sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)`` with ``t = iterations + 1``, in float64.

    It undoes that both running means start from zero.
    """
    number_of_update = iterations + 1.0
    return np.asarray(np.sqrt(1.0 - beta_2**number_of_update) / (1.0 - beta_1**number_of_update))
