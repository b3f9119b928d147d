"""Ftrl: follow the regularized leader, which keeps weights at exactly zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Ftrl(Optimizer):
    """The weights that would have been best so far, with L1 and L2 penalties.

    With ``p = learning_rate_power``: ``n' = n + g ** 2``;
    ``z <- z + g + 2 shrinkage w - (n' ** -p - n ** -p) / rate * w``;
    ``w <- (clip(z, -l1, l1) - z) / (n' ** -p / rate + 2 (l2 + beta / (2 rate)))``.

    Args:
        learning_rate: The step size; above 0.
        learning_rate_power: How steps shrink with the sum of squares; at most 0, which keeps them constant.
        initial_accumulator_value: What the sum of squares starts from; at least 0.
        l1_regularization_strength: Weights whose evidence stays below it are zero.
        l2_regularization_strength: Pulls weights towards zero.
        l2_shrinkage_regularization_strength: Pulls weights towards zero through the gradient alone.
        beta: The "beta" of the paper.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Ftrl(l1_regularization_strength=0.01).learning_rate_power
        -0.5

    Source: McMahan et al. (2013), https://research.google.com/pubs/archive/41159.pdf.
    """

    hyperparameters = (
        "learning_rate_power",
        "initial_accumulator_value",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.learning_rate_power = number("learning_rate_power", learning_rate_power, low=-np.inf, high=0.0)
        self.initial_accumulator_value = number("initial_accumulator_value", initial_accumulator_value)
        self.l1_regularization_strength = number("l1_regularization_strength", l1_regularization_strength)
        self.l2_regularization_strength = number("l2_regularization_strength", l2_regularization_strength)
        self.l2_shrinkage_regularization_strength = number(
            "l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength
        )
        self.beta = number("beta", beta)

    def slots(self, parameter: Any) -> Arrays:
        """Return the sum of squares, and the sum of gradients less what the weights account for."""
        shape, dtype = parameter.shape, np.dtype(parameter.dtype)
        return {
            "accumulator": np.full(shape, self.initial_accumulator_value, dtype),
            "linear": np.zeros(shape, dtype),
        }

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the inverse of the learning rate, the penalties, and the exponent."""
        if not (learning_rates > 0.0).all():
            raise ConfigurationError(
                f"Ftrl divides by the learning rate, which must stay above 0; "
                f"received: 0.0 at iteration {int(iterations[(learning_rates <= 0.0).argmax()])}."
            )
        return {
            "inverse_rate": 1.0 / learning_rates,
            "l1": self.l1_regularization_strength,
            "twice_l2": 2.0 * self.l2_regularization_strength + self.beta / learning_rates,
            "twice_shrinkage": 2.0 * self.l2_shrinkage_regularization_strength,
            "exponent": -self.learning_rate_power,
        }

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        accumulator = slots["accumulator"] + gradient * gradient
        before, after = (
            self._power(squares, scalars["exponent"]) * scalars["inverse_rate"]
            for squares in (slots["accumulator"], accumulator)
        )
        shrunk = gradient + parameter * scalars["twice_shrinkage"]
        linear = slots["linear"] + (shrunk - (after - before) * parameter)
        clipped = jnp.clip(linear, -scalars["l1"], scalars["l1"])
        new = (clipped - linear) / (after + scalars["twice_l2"])
        return new, {"accumulator": accumulator, "linear": linear}

    def _power(self, squares: Array, exponent: Any) -> Array:
        return jnp.sqrt(squares) if self.learning_rate_power == -0.5 else jnp.power(squares, exponent)

    def traits(self) -> tuple[Any, ...]:
        """Return whether the power is a root, which costs much less."""
        return (self.learning_rate_power == -0.5,)
