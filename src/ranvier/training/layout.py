"""How the arrays of a data set are handed to a program, and told apart again inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax


@dataclass(frozen=True)
class BatchLayout:
    """The rows of one step, as a flat list of arrays.

    Attributes:
        batch: The number of rows of a step.
        exact: Whether every row is real; else the last batch may be padded.
        input_tree: The structure of the inputs.
        inputs: How many arrays they are.
        targets: For each output, whether it has a target.
        weights: For each output, which of the weight arrays is its own, or None.
    """

    batch: int
    exact: bool
    input_tree: Any
    inputs: int
    targets: tuple[bool, ...]
    weights: tuple[int | None, ...]

    def unflatten(self, leaves: Sequence[Any]) -> tuple[Any, list[Any], list[Any]]:
        """Split the flat list again.

        Args:
            leaves: Inputs, targets, weights, in that order.

        Returns:
            The inputs in their structure; a target or None, and weights or None, for each output.
        """
        inputs = jax.tree.unflatten(self.input_tree, list(leaves[: self.inputs]))
        remaining = iter(leaves[self.inputs :])
        targets = [next(remaining) if present else None for present in self.targets]
        weights = list(remaining)
        return inputs, targets, [None if index is None else weights[index] for index in self.weights]
