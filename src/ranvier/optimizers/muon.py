"""Muon: orthogonalized momentum for matrices, AdamW for everything else."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from ranvier.functions.updates import interpolate, orthogonalize
from ranvier.optimizers.adam import correction
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.checks import number, optional_number, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.optimizers.learning_rate import LearningRate
    from ranvier.optimizers.pipeline import Scalars
    from ranvier.types import Array, Arrays


class Muon(Optimizer):
    """Momentum brought near the closest orthogonal matrix, for hidden layers.

    ``m <- momentum m + g; w <- w - rate * rms_rate * sqrt(max(rows, columns)) * orthogonal(g + momentum m)``.
    Arrays that are no matrices, embeddings, and what ``exclude_layers`` names are moved by AdamW.

    Args:
        learning_rate: The step size.
        adam_beta_1: ``beta_1`` of AdamW.
        adam_beta_2: ``beta_2`` of AdamW.
        adam_weight_decay: The weight decay of what AdamW moves; none when None.
        epsilon: Epsilon of AdamW.
        weight_decay: The weight decay of the matrices; none when None.
        exclude_layers: Regular expressions; a variable whose path contains a match is moved by AdamW. Name
            the output layer here.
        exclude_embeddings: Leave variables with "embedding" in their path to AdamW.
        muon_a: The first coefficient of the Newton-Schulz iteration.
        muon_b: The second.
        muon_c: The third.
        adam_lr_ratio: The learning rate of AdamW over that of the matrices.
        momentum: The share of the momentum that is kept at each step, from 0 to 1.
        ns_steps: The number of Newton-Schulz iterations.
        nesterov: Orthogonalize ``g + momentum m`` instead of ``m``.
        rms_rate: Scales steps to the size of AdamW's; None leaves them as they are, without the root.
        **options: As for every :class:`Optimizer`.

    Example:
        >>> Muon(exclude_layers=["output"]).ns_steps
        5

    Source: Jordan et al. (2024), https://kellerjordan.github.io/posts/muon; Liu et al. (2025),
    https://arxiv.org/abs/2502.16982.
    """

    hyperparameters = (
        "adam_beta_1",
        "adam_beta_2",
        "adam_weight_decay",
        "epsilon",
        "exclude_layers",
        "exclude_embeddings",
        "muon_a",
        "muon_b",
        "muon_c",
        "adam_lr_ratio",
        "momentum",
        "ns_steps",
        "nesterov",
        "rms_rate",
    )
    rule_is_elementwise = False

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        *,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.7750,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1.0,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        self.adam_beta_1 = number("adam_beta_1", adam_beta_1, high=1.0, high_open=True)
        self.adam_beta_2 = number("adam_beta_2", adam_beta_2, high=1.0, high_open=True)
        self.adam_weight_decay = optional_number("adam_weight_decay", adam_weight_decay)
        self.epsilon = number("epsilon", epsilon)
        self.exclude_layers = list(exclude_layers or [])
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = number("muon_a", muon_a, low=-np.inf)
        self.muon_b = number("muon_b", muon_b, low=-np.inf)
        self.muon_c = number("muon_c", muon_c, low=-np.inf)
        self.adam_lr_ratio = number("adam_lr_ratio", adam_lr_ratio)
        self.momentum = number("momentum", momentum, high=1.0)
        self.ns_steps = whole_number("ns_steps", ns_steps, low=0)
        self.nesterov = nesterov
        self.rms_rate = optional_number("rms_rate", rms_rate)

    def uses_adam(self, parameter: Any) -> bool:
        """Return whether AdamW moves a parameter: an array, or a variable, whose path counts too."""
        path = getattr(parameter, "path", "")
        embedding = self.exclude_embeddings and "embedding" in path.lower()
        named = any(re.search(pattern, path) for pattern in self.exclude_layers)
        return len(parameter.shape) != 2 or embedding or named

    def slots(self, parameter: Any) -> Arrays:
        """Return the momentum, and AdamW's mean of squares: without axes where Muon moves the parameter."""
        shape, dtype = tuple(parameter.shape), np.dtype(parameter.dtype)
        return {
            "momentum": np.zeros(shape, dtype),
            "velocity": np.zeros(shape if self.uses_adam(parameter) else (), dtype),
        }

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the numbers of both rules."""
        adam = {
            "adam_step_size": learning_rates
            * self.adam_lr_ratio
            * correction(self.adam_beta_1, self.adam_beta_2, iterations),
            "momentum_share": 1.0 - self.adam_beta_1,
            "velocity_share": 1.0 - self.adam_beta_2,
            "epsilon": self.epsilon,
        }
        if self.adam_weight_decay is not None:
            adam["adam_decay"] = learning_rates * self.adam_weight_decay
        return adam | {
            "step_size": learning_rates * (1.0 if self.rms_rate is None else self.rms_rate),
            "momentum": self.momentum,
            "a": self.muon_a,
            "b": self.muon_b,
            "c": self.muon_c,
        }

    def decay(self, parameter: Array, slots: Arrays, scalars: Scalars) -> Array:
        """Shrink one parameter by the weight decay of the rule that moves it."""
        if not _is_adams(parameter, slots):
            return super().decay(parameter, slots, scalars)
        return parameter if self.adam_weight_decay is None else parameter - parameter * scalars["adam_decay"]

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter."""
        if _is_adams(parameter, slots):
            momentum = interpolate(slots["momentum"], gradient, scalars["momentum_share"])
            velocity = interpolate(slots["velocity"], gradient * gradient, scalars["velocity_share"])
            move = momentum * scalars["adam_step_size"] / (jnp.sqrt(velocity) + scalars["epsilon"])
            return parameter - move, {"momentum": momentum, "velocity": velocity}
        momentum = slots["momentum"] * scalars["momentum"] + gradient
        ahead = gradient + momentum * scalars["momentum"] if self.nesterov else momentum
        direction = orthogonalize(ahead, (scalars["a"], scalars["b"], scalars["c"]), self.ns_steps)
        scale = 1.0 if self.rms_rate is None else math.sqrt(max(parameter.shape))
        new_parameter = parameter - direction * (scalars["step_size"] * scale)
        return new_parameter, {"momentum": momentum, "velocity": slots["velocity"]}

    def traits(self) -> tuple[Any, ...]:
        """Return the form of the iteration, and which variables AdamW moves, for paths decide on that."""
        return (
            self.nesterov,
            self.ns_steps,
            self.rms_rate is None,
            self.adam_weight_decay is None,
            tuple(self.uses_adam(variable) for variable in self.model_variables),
        )


def _is_adams(parameter: Array, slots: Arrays) -> bool:
    return parameter.ndim != 2 or slots["velocity"].shape == parameter.shape
