"""The values that a step of training takes and returns, and what is trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ranvier.optimizers import Optimizer
from ranvier.training.objective import Objective
from ranvier.training.packing import Packing
from ranvier.training.structure import HashedOnce
from ranvier.training.view import Forward, NetworkView
from ranvier.types import Array, Arrays


class Accumulators(NamedTuple):
    """What is summed over an epoch.

    Attributes:
        sums: Float vector: rows seen, total loss times rows, then each output's loss times rows.
        metrics: The state of each metric.
        steps: What the last step returned where the model's class takes steps itself, else None: ``"logs"`` by
            name, and the state of the metric of the loss under ``"loss"``.
    """

    sums: Array
    metrics: list[Arrays]
    steps: dict[str, Arrays] | None = None


class TrainingState(NamedTuple):
    """Everything that one training step takes and returns.

    Attributes:
        params: The trained weights, packed.
        held: The weights that are not trained: batch statistics, frozen layers.
        slots: The optimizer's arrays by slot, packed like ``params``.
        accumulators: Sums of loss and metrics.
    """

    params: list[Array]
    held: list[Array]
    slots: dict[str, list[Array]]
    accumulators: Accumulators


class Batch(NamedTuple):
    """The rows of one step.

    Attributes:
        inputs: What the network is called on.
        targets: One array for each output, None where an output has none.
        weights: One array of sample weights for each output, or None.
        valid: Float mask of shape (batch,), 0 for padding; None where every row is real.
        rows: The number of real rows, a float scalar.
    """

    inputs: Any
    targets: list[Array | None]
    weights: list[Any]
    valid: Any
    rows: Any


class Shown(NamedTuple):
    """What the metrics see of a forward pass.

    Attributes:
        outputs: The outputs, in order.
        logits: For each output its logits, or None; by the kind of the activation between.
    """

    outputs: list[Any]
    logits: list[dict[str, Any]]

    @staticmethod
    def of(forward: Forward) -> Shown:
        """Collect the outputs of a forward pass and the logits behind them."""
        kinds = ("softmax", "sigmoid")
        found = [
            {kind: logits for kind in kinds if (logits := forward.run.logits_of(output, kind)) is not None}
            for output in forward.outputs
        ]
        return Shown(forward.outputs, found)


@dataclass(frozen=True)
class Problem:
    """What is trained, towards what, and how.

    Attributes:
        view: The network.
        objective: Losses and metrics, or None where only predictions are wanted.
        optimizer: The update rule, or None where nothing is trained.
        packing: How the trained weights lie in vectors.
        decays: For each packed array its group, see ``Optimizer.groups``; None for 1 everywhere.
    """

    view: NetworkView
    objective: Objective
    optimizer: Optimizer | None
    packing: Packing
    decays: tuple[int, ...] | None = None

    @cached_property
    def structure(self) -> HashedOnce:
        """A hashable value, equal for two problems exactly when they trace to the same programs.

        It is taken once: as in Keras, what changes the network within a training has no effect on it.
        """
        return HashedOnce(
            self.view.structure(),
            self.objective.structure(),
            None if self.optimizer is None else self.optimizer.structure(),
            tuple(map(tuple, self.packing.vectors)),
            tuple(self.packing.apart),
            self.decays,
        )

    def settings(self) -> list[float]:
        """The numbers that reach the program as data: of layers and regularizers, loss weights."""
        return [*self.view.setting_values(), *(term.weight or 0.0 for term in self.objective.terms)]


class Passed(NamedTuple):
    """What a forward pass and its loss leave.

    Attributes:
        loss: The total loss.
        parts: The loss of each output that has one.
        shown: What the metrics see.
        held: The new values of the weights that are not trained.
        structure: The outputs as the network returns them.
        tracked: The values of the metrics that the model itself keeps.
    """

    loss: Any
    parts: list[Any]
    shown: Shown
    held: list[Any]
    structure: Any
    tracked: list[Any]
