"""What ``compile`` leaves with a model: optimizer, losses and metrics, how to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError
from ranvier.forward_pass import ForwardPass
from ranvier.layers.base import Layer
from ranvier.optimizers import Optimizer
from ranvier.random import next_seed
from ranvier.tracing import shapes_of_results
from ranvier.training.objective import CompileArguments, Objective
from ranvier.training.own_steps import OwnSteps
from ranvier.training.packing import Packing
from ranvier.training.problem import Accumulators, Problem
from ranvier.training.view import NetworkView


class TrainingSetup:
    """A compiled model's way of being trained and evaluated.

    Args:
        optimizer: The update rule.
        arguments: What to optimize and report.
        run_eagerly: Run each step in Python, for debugging.
        steps_per_execution: How many steps at least run between two looks of the progress bar.

    Raises:
        ConfigurationError: If ``steps_per_execution`` is no positive integer.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        arguments: CompileArguments,
        *,
        run_eagerly: bool,
        steps_per_execution: int,
    ) -> None:
        steps_per_execution = plain_integers(steps_per_execution)
        if (
            isinstance(steps_per_execution, bool)
            or not isinstance(steps_per_execution, int)
            or steps_per_execution < 1
        ):
            raise ConfigurationError(
                f"`steps_per_execution` must be a positive integer; received: {steps_per_execution!r}."
            )
        self.optimizer = optimizer
        self.arguments = arguments
        self.run_eagerly = run_eagerly
        self.steps_per_execution = steps_per_execution
        self.batch_seed = next_seed()
        self.objective: Objective | None = None
        self._shapes: Any = None

    def objective_for(
        self,
        names: Sequence[str],
        outputs: Sequence[Any],
        targets: Sequence[Any],
        own: OwnSteps | None = None,
        target_names: Sequence[str] | None = None,
    ) -> Objective:
        """Match losses and metrics to outputs; metrics with the same name stay the same objects.

        Args:
            names: The names of the outputs.
            outputs: Their shapes, the batch first.
            targets: The shapes of the targets, None for an output without.
            own: What the model does itself in a step, or None.
            target_names: The names of the targets where they are none of the outputs'.
        """
        shapes = (
            tuple(names),
            tuple(len(shape) for shape in outputs),
            tuple(tuple(shape[1:]) for shape in outputs),
            tuple(None if shape is None else tuple(shape[1:]) for shape in targets),
            None if own is None else tuple(map(id, own.tracked)),
            None if target_names is None else tuple(target_names),
        )
        if self.objective is None or shapes != self._shapes:
            self.objective = Objective(self.arguments, names, outputs, targets, own, target_names)
            self._shapes = shapes
        elif own is not None and self.objective.own is not None:
            self.objective.own.targets = own.targets
        return self.objective

    def problem(self, view: NetworkView, objective: Objective) -> Problem:
        """Join network, objective and optimizer for the programs."""
        optimizer = self.optimizer
        optimizer.build(view.trained)
        kinds = tuple(optimizer.groups(view.trained))
        decays = None if all(kind == 1 for kind in kinds) else kinds
        groups: list[int | None] = [
            None
            if variable.constraint is not None or not optimizer.elementwise or variable.dtype != "float32"
            else kind
            for variable, kind in zip(view.trained, kinds, strict=True)
        ]
        packing = Packing([variable.shape for variable in view.trained], groups)
        packed_decays = None if decays is None else tuple(decays[index] for index in packing.first_members())
        return Problem(view, objective, optimizer, packing, packed_decays)


def output_names(network: Layer, outputs: Any) -> list[str]:
    """Name the outputs of a network: by the keys of a dict, by the graph, or by number."""
    graph = getattr(network, "graph", None)
    if (
        graph is not None
        and isinstance(graph.outputs, dict)
        and len(graph.outputs) == len(graph.output_tensors)
    ):
        return [str(key) for key in sorted(graph.outputs)]
    names = getattr(network, "output_names", None)
    leaves = jax.tree.leaves(outputs)
    if names and len(names) == len(leaves):
        return list(names)
    if isinstance(outputs, dict):
        return [str(key) for key in sorted(outputs)]
    return ["output"] if len(leaves) == 1 else [f"output_{number + 1}" for number in range(len(leaves))]


def traced_outputs(view: NetworkView, inputs: Any) -> Any:
    """Find the shapes of the outputs for inputs of given shapes, without computing.

    Args:
        view: The network.
        inputs: Arrays or specs with shape and dtype.
    """
    specs = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype), inputs)
    values = [
        [jax.ShapeDtypeStruct(variable.shape, variable.dtype) for variable in variables]
        for variables in (view.trained, view.held)
    ]
    return shapes_of_results(
        lambda given: view.outputs(given[0], given[1], given[2], ForwardPass()),
        (*values, specs),
        f"The network {view.network.name!r}",
    )


def empty_accumulators(objective: Objective, *, training: bool = False) -> Accumulators:
    """Return the sums of an epoch before its first step, as NumPy arrays.

    Args:
        objective: Whose losses and metrics are summed.
        training: Whether the steps are those of a training.
    """
    count = 1 + len(objective.loss_names)
    states = [{} if metric.awaits_shapes else metric.init() for metric in objective.metrics]
    if objective.own is not None and objective.own.keys is not None:
        states.append(dict(objective.own.values))
    own, steps = objective.own, None
    if own is not None and own.takes_steps(training=training):
        steps = {"logs": dict(own.logs.get(training, {})), "loss": own.loss_metric.init()}
    return Accumulators(np.zeros(count, np.float32), states, steps)


def results(objective: Objective, accumulators: Accumulators) -> dict[str, float]:
    """Turn the sums of an epoch into results by name, on the host.

    Args:
        objective: Whose losses and metrics were summed.
        accumulators: The sums.
    """
    if accumulators.steps is not None:
        logs = {name: np.asarray(value) for name, value in accumulators.steps["logs"].items()}
        return {name: float(value) if np.ndim(value) == 0 else value for name, value in logs.items()}  # type: ignore[misc]
    sums = np.asarray(accumulators.sums)
    rows = max(float(sums[0]), 1.0)
    shown: dict[str, Any] = {
        name: float(total) / rows for name, total in zip(objective.loss_names, sums[1:], strict=True)
    }
    for name, metric, state in zip(
        objective.metric_names, objective.metrics, accumulators.metrics, strict=False
    ):
        if metric.awaits_shapes:  # one that the model keeps and has never updated
            continue
        value = metric.compute({key: np.asarray(leaf) for key, leaf in state.items()})
        shown.update(value if isinstance(value, dict) else {name: value})
    for values in accumulators.metrics[len(objective.metrics) :]:
        shown.update({name: np.asarray(value) for name, value in values.items()})
    shown = objective.shown(shown)
    return {name: float(value) if np.ndim(value) == 0 else value for name, value in shown.items()}


def keep_tracked(objective: Objective, accumulators: Accumulators) -> None:
    """Let the metrics that a model keeps itself hold what was summed, for the user to read."""
    own = objective.own
    if own is None:
        return
    held = list(zip(objective.metrics, accumulators.metrics, strict=False))
    if accumulators.steps is not None:
        held.append((own.loss_metric, accumulators.steps["loss"]))
    for metric, state in held:
        metric.write_state({key: np.asarray(value) for key, value in state.items()})
