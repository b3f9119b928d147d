"""Stochastic gradient descent, plain, with momentum, or with Nesterov's momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number

if TYPE_CHECKING:
    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.options import CommonOptions
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class SGD(Optimizer):
    """Gradient descent: ``w <- w - rate * g``; with momentum ``m <- momentum * m - rate * g; w <- w + m``.

    Args:
        learning_rate: The step size.
        momentum: The share of the last step that is taken again, from 0 to 1.
        nesterov: Look ahead: ``w <- w + momentum * m - rate * g`` with the new ``m``.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> SGD(learning_rate=0.1, momentum=0.9).momentum
        0.9

    Source: Sutskever et al. (2013), https://proceedings.mlr.press/v28/sutskever13.html.
    """

    hyperparameters = ("momentum", "nesterov")

    def __init__(
        self,
        learning_rate: LearningRate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.momentum = number("momentum", momentum, high=1.0)
        self.nesterov = nesterov

    @property
    def uses_momentum(self) -> bool:
        """Whether steps are remembered: momentum is not 0, or was not when the state was made."""
        return bool(self.momentum) or self.holds("momentum")

    def slots(self, parameter: Any) -> Arrays:
        """Return the momentum, if there is one."""
        return {"momentum": np.zeros(parameter.shape, parameter.dtype)} if self.uses_momentum else {}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate and the momentum."""
        del iterations
        momentum = {"momentum": self.momentum} if self.uses_momentum else {}
        return {"learning_rate": learning_rates} | momentum

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        step = gradient * scalars["learning_rate"]
        if "momentum" not in slots:
            return parameter - step, {}
        momentum = slots["momentum"] * scalars["momentum"] - step
        move = momentum * scalars["momentum"] - step if self.nesterov else momentum
        return parameter + move, {"momentum": momentum}

    def traits(self) -> tuple[Any, ...]:
        """Return whether there is momentum, and of which kind."""
        return (self.uses_momentum, self.nesterov)
