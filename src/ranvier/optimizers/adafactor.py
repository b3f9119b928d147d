"""Adafactor: adaptive steps that remember one row and one column for each matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jax.numpy as jnp
import numpy as np

from ranvier.functions.updates import interpolate, root_mean_square
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Adafactor(Optimizer):
    """Adaptive steps with factored means of squares, for large models.

    The mean of squares of a matrix is ``r c' / mean(r)`` with running means ``r`` over its columns and ``c``
    over its rows; the step is ``max(epsilon_2, rms(w)) * min(rate, 1 / sqrt(t)) * u / max(1, rms(u) / d)``
    with ``u = g / sqrt(v)`` and ``d = clip_threshold``.

    Args:
        learning_rate: The largest step size in units of the size of each weight.
        beta_2_decay: The share of the new squares in the means is ``t ** beta_2_decay``; below 0.
        epsilon_1: Added to every square.
        epsilon_2: The smallest size that a weight is taken to have.
        clip_threshold: Directions of a larger root mean square are shortened to it.
        relative_step: Bound the learning rate by ``1 / sqrt(t)`` at update ``t``. As in Keras the step is
            so bounded in either case.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Adafactor().clip_threshold
        1.0

    Source: Shazeer & Stern (2018), https://arxiv.org/abs/1804.04235.
    """

    hyperparameters = ("beta_2_decay", "epsilon_1", "epsilon_2", "clip_threshold", "relative_step")
    rule_is_elementwise = False

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_2_decay = number("beta_2_decay", beta_2_decay, low=-np.inf, high=0.0)
        self.epsilon_1 = number("epsilon_1", epsilon_1)
        self.epsilon_2 = number("epsilon_2", epsilon_2)
        self.clip_threshold = number("clip_threshold", clip_threshold, low_open=True)
        self.relative_step = relative_step

    def slots(self, parameter: Any) -> Arrays:
        """Return the means over columns and rows of a matrix, or the mean of squares of a smaller array.

        What is not used is an array without axes, so that every parameter has every slot.
        """
        shape, dtype = tuple(parameter.shape), np.dtype(parameter.dtype)
        factored = len(shape) >= 2
        return {
            "row": np.zeros(shape[:-1] if factored else (), dtype),
            "column": np.zeros(shape[:-2] + shape[-1:] if factored else (), dtype),
            "velocity": np.zeros(() if factored else shape, dtype),
        }

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the bounded step size, the share of the new squares, and the constants."""
        number_of_update = iterations + 1.0
        return {
            "relative_rate": np.minimum(learning_rates, 1.0 / np.sqrt(number_of_update)),
            "new_share": number_of_update**self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
        }

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        share = scalars["new_share"]
        squares = gradient * gradient + scalars["epsilon_1"]
        new = dict(slots)
        if gradient.ndim >= 2:
            row = interpolate(slots["row"], jnp.mean(squares, axis=-1), share)
            column = interpolate(slots["column"], jnp.mean(squares, axis=-2), share)
            relative_row = row / jnp.mean(row, axis=-1, keepdims=True)
            velocity: Array = relative_row[..., :, None] * column[..., None, :]
            new |= {"row": row, "column": column}
        else:
            velocity = interpolate(slots["velocity"], squares, share)
            new["velocity"] = velocity
        direction = gradient / jnp.sqrt(velocity)
        excess = jnp.maximum(root_mean_square(direction) / scalars["clip_threshold"], 1.0)
        size = jnp.maximum(root_mean_square(parameter), scalars["epsilon_2"])
        return parameter - direction * (size * scalars["relative_rate"] / excess), new
