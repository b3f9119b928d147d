"""The variables in which an optimizer keeps its state between two trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.optimizers.pipeline import OptimizerState


class SlotBoxes:
    """One box for each parameter in each slot.

    Args:
        owner: The optimizer's name, the first part of every path.
        variables: The variables to be trained.
        state: The first values.
    """

    def __init__(self, owner: str, variables: Sequence[Variable], state: OptimizerState) -> None:
        self.owner = owner
        self.slots: dict[str, list[Variable]] = {
            slot: [
                self._box(value, _name(variables, position, slot, len(values)))
                for position, value in enumerate(values)
            ]
            for slot, values in state.items()
        }

    def _box(self, value: Any, name: str) -> Variable:
        return Variable(np.asarray(value), name=name, path=f"{self.owner}/{name}", trainable=False)

    def add(self, slot: str, value: Any, name: str) -> Variable:
        """Add one more box at the end of a slot, and return it."""
        box = self._box(value, name)
        self.slots.setdefault(slot, []).append(box)
        return box

    def ordered(self, first: Sequence[str]) -> list[Variable]:
        """Return all boxes: the slots in ``first`` one after the other, the rest parameter by parameter."""
        leading = [box for slot in first for box in self.slots.get(slot, [])]
        others = [boxes for slot, boxes in self.slots.items() if slot not in first]
        longest = max(map(len, others), default=0)
        return leading + [boxes[i] for i in range(longest) for boxes in others if i < len(boxes)]

    def read(self) -> OptimizerState:
        """Return the current values."""
        return {slot: [box.value for box in boxes] for slot, boxes in self.slots.items()}

    def write(self, state: OptimizerState) -> None:
        """Replace all values.

        Raises:
            ConfigurationError: If the slots have other names.
            ShapeError: If a slot has another number of arrays, or an array another shape.
        """
        if set(state) != set(self.slots):
            raise ConfigurationError(
                f"The state of the optimizer {self.owner!r} has the slots {sorted(self.slots)}; "
                f"received: {sorted(state)}."
            )
        for slot, values in state.items():
            boxes = self.slots[slot]
            if len(values) != len(boxes):
                raise ShapeError(
                    f"The slot {slot!r} of the optimizer {self.owner!r} holds {len(boxes)} arrays; "
                    f"received: {len(values)}."
                )
            for box, value in zip(boxes, values, strict=True):
                box.assign(value)


def _name(variables: Sequence[Variable], position: int, slot: str, count: int) -> str:
    if count != len(variables):
        return f"{slot}_{position}"
    return f"{variables[position].path.replace('/', '_')}_{slot}"
