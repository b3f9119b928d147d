"""Schedule-free AdamW: averaging of the weights in place of a learning-rate schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.functions.updates import interpolate
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number, whole_number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class ScheduleFreeAdamW(Optimizer):
    """Adaptive steps whose average is evaluated, with gradients taken between the two.

    ``z <- z - rate * g / (sqrt(v / (1 - beta_2 ** t)) + epsilon); x <- x + (z - x) / t;
    w <- (1 - beta_1) z + beta_1 x``.

    Args:
        learning_rate: The step size.
        beta_1: Where the weights lie between ``z`` (0) and the average ``x`` (1); above 0 and at most 1.
        beta_2: The share of the old mean of squares that is kept at each step, in [0, 1).
        epsilon: Added to the root.
        warmup_steps: The number of updates over which the learning rate rises from 0.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> ScheduleFreeAdamW().warmup_steps
        0

    Source: Defazio et al. (2024), https://arxiv.org/abs/2405.15682.
    """

    hyperparameters = ("beta_1", "beta_2", "epsilon", "warmup_steps")

    def __init__(
        self,
        learning_rate: LearningRate = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = number("beta_1", beta_1, high=1.0, low_open=True)
        self.beta_2 = number("beta_2", beta_2, high=1.0, high_open=True)
        self.epsilon = number("epsilon", epsilon)
        self.warmup_steps = whole_number("warmup_steps", warmup_steps, low=0)

    def slots(self, parameter: Any) -> Arrays:
        """Return ``z``, which starts at the weights, and the mean of squares."""
        return {"momentum": np.array(parameter), "velocity": np.zeros(parameter.shape, parameter.dtype)}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the step size, the share of ``z`` in the average, and the constants.

        The root of ``1 - beta_2 ** t`` under ``v`` is moved into step size and epsilon.
        """
        number_of_update = iterations + 1.0
        root = np.sqrt(1.0 - self.beta_2**number_of_update)
        risen = np.minimum(number_of_update / self.warmup_steps, 1.0) if self.warmup_steps else 1.0
        return {
            "step_size": learning_rates * risen * root,
            "epsilon": self.epsilon * root,
            "velocity_share": 1.0 - self.beta_2,
            "average_of_z": 1.0 / number_of_update,
            "beta_1": self.beta_1,
        }

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        z, beta_1 = slots["momentum"], scalars["beta_1"]
        velocity = interpolate(slots["velocity"], gradient * gradient, scalars["velocity_share"])
        new_z = z - gradient * scalars["step_size"] / (jnp.sqrt(velocity) + scalars["epsilon"])
        average = interpolate((parameter - z * (1.0 - beta_1)) / beta_1, new_z, scalars["average_of_z"])
        return interpolate(new_z, average, beta_1), {"momentum": new_z, "velocity": velocity}
