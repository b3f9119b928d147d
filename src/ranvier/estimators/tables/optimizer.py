"""Adam with a learning rate of its own for each kind of weight, and decay that fades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.recipe import BETAS, EPSILON, SCALE_FACTOR, SMALL_FACTOR
from ranvier.estimators.tables.schedules import FourCosines, flat_then_cosine
from ranvier.optimizers import Adam
from ranvier.optimizers.pipeline import numbers_for

if TYPE_CHECKING:
    from ranvier.optimizers.pipeline import OptimizerState, Scalars
    from ranvier.types import Array, Arrays

HostArray: TypeAlias = "np.ndarray[Any, Any]"

BIASES, KERNELS, SCALES, SHARES = range(4)
"""The groups of weights. Biases do not decay, and so have the number 0."""

FACTORS = {BIASES: SMALL_FACTOR, KERNELS: 1.0, SCALES: SCALE_FACTOR, SHARES: SMALL_FACTOR}
"""The learning rate of each group, relative to that of kernels."""


class TableAdam(Adam):
    r"""Adam as the recipes for tables use it.

    In step t, kernels move with the rate r(t) of :class:`FourCosines`, others with a multiple f r(t) of it; before
    that each weight but biases loses the share :math:`f^2 r(t) d(t)` of itself. That the factor counts twice there is
    how the recipes were tuned.

    Args:
        learning_rate: The highest learning rate.
        weight_decay: The decay d at first; it fades from half of the training on.
        steps: The number of steps of the training.
    """

    def __init__(self, learning_rate: float, weight_decay: float, steps: int) -> None:
        super().__init__(FourCosines(learning_rate, steps), *BETAS, EPSILON)
        self.fading_decay = weight_decay
        self.steps = steps

    def groups(self, variables: Iterable[Any]) -> list[int]:
        """Return the group of each variable."""
        return [group_of(variable.path) for variable in variables]

    def rates(self, learning_rates: HostArray, iterations: HostArray) -> dict[str, Any]:
        """Return Adam's numbers, and the decay of kernels in each step."""
        decay = self.fading_decay * flat_then_cosine(iterations / self.steps)
        return super().rates(learning_rates, iterations) | {"fading_decay": learning_rates * decay}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that build this optimizer again, without its state."""
        schedule = self._rate()
        assert isinstance(schedule, FourCosines)
        return {
            "learning_rate": schedule.learning_rate,
            "weight_decay": self.fading_decay,
            "steps": self.steps,
        }

    def traits(self) -> tuple[Any, ...]:
        """Return whether anything decays."""
        return (*super().traits(), self.fading_decay > 0.0)

    def step_all(
        self,
        gradients: Sequence[Array],
        params: Sequence[Array],
        state: OptimizerState,
        scalars: Scalars,
        decays: Sequence[int] | None,
    ) -> tuple[list[Array], OptimizerState]:
        """Decay and move all parameters, those of each group at its rate; traced."""
        chosen = [KERNELS] * len(params) if decays is None else decays
        moved: list[tuple[Array, Arrays]] = []
        for index, (gradient, param, group) in enumerate(zip(gradients, params, chosen, strict=True)):
            numbers = numbers_for(scalars, param.dtype)
            factor = np.asarray(FACTORS[group], param.dtype)
            if self.fading_decay > 0.0 and group != BIASES:
                param = param - param * (numbers["fading_decay"] * (factor * factor))
            own = numbers | {"step_size": numbers["step_size"] * factor}
            moved.append(
                self.step(gradient, param, {slot: values[index] for slot, values in state.items()}, own)
            )
        return [param for param, _ in moved], {slot: [slots[slot] for _, slots in moved] for slot in state}


def group_of(path: str) -> int:
    """Return the group of a weight by its path, such as ``"hidden_1/kernel"``."""
    layer, _, name = path.rpartition("/")
    if layer.startswith("periodic") or name == "share":
        return SHARES
    return {"bias": BIASES, "scale": SCALES}.get(name, KERNELS)
