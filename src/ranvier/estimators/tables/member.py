"""One network of an ensemble: from first weights to those of its best epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.rows import OUTPUT
from ranvier.estimators.tables.feeding import DeviceTable, MemberFeeder, TableRows
from ranvier.estimators.tables.first_weights import first_weights
from ranvier.estimators.tables.losses import SmoothedCrossentropy
from ranvier.estimators.tables.network import Architecture, Weights, build, put_weights
from ranvier.estimators.tables.optimizer import TableAdam
from ranvier.estimators.tables.scoring import Scores
from ranvier.estimators.tables.selection import BestEpoch
from ranvier.losses import MeanSquaredError
from ranvier.training.callbacks.callback import Callback
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.fitting import Fitting
from ranvier.training.objective import CompileArguments, Objective
from ranvier.training.runner import Runner
from ranvier.training.setup import TrainingSetup
from ranvier.training.view import NetworkView

HostArray: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True)
class Plan:
    """How the members of an ensemble are trained.

    Attributes:
        architecture: The layers.
        epochs: The passes over the rows.
        learning_rate: The highest learning rate.
        dropout: The share of hidden units dropped at first.
        weight_decay: The strength of the decay at first.
        label_smoothing: The share of each label that is spread over all classes.
        fitted_start: Whether first weights look at the training rows.
        scores: What is measured on the rows set aside.
    """

    architecture: Architecture
    epochs: int
    learning_rate: float
    dropout: float
    weight_decay: float
    label_smoothing: float
    fitted_start: bool
    scores: Scores


@dataclass
class Member:
    """A trained network.

    Attributes:
        weights: Its weights by path.
        epoch: The epoch they are of, counted from 1.
        score: Its metric on the rows set aside; NaN without such rows.
        history: One number for each epoch, by name.
        validation: The numbers of the rows set aside, or None.
        outputs: Its outputs for them, or None.
    """

    weights: Weights
    epoch: int
    score: float
    history: dict[str, list[float]] = field(default_factory=dict)
    validation: HostArray | None = None
    outputs: HostArray | None = None


class MemberTraining:
    """The training of one member.

    Args:
        plan: How it is trained.
        table: All rows on the device.
        rows: All rows.
        training: The numbers of the rows to train on.
        validation: The rows set aside, or None.
        seed: What everything random derives from.
        callbacks: The user's callbacks.
        bar: What moves the bar, or None.
    """

    def __init__(
        self,
        plan: Plan,
        table: DeviceTable,
        rows: TableRows,
        training: HostArray,
        validation: TableRows | None,
        seed: int,
        *,
        callbacks: Any = None,
        bar: Callback | None = None,
    ) -> None:
        feeder = MemberFeeder(table, training, seed)
        steps = feeder.steps * plan.epochs
        architecture = plan.architecture
        generator = np.random.default_rng([seed, 0xF1])
        start = first_weights(
            architecture, rows.encoded.take(training), fitted=plan.fitted_start, generator=generator
        )
        self.model = build(architecture, plan.dropout, steps)
        put_weights(self.model, start)
        optimizer = TableAdam(plan.learning_rate, plan.weight_decay, steps)
        loss: Any = SmoothedCrossentropy(plan.label_smoothing) if architecture.classes else MeanSquaredError()
        self.model.compile(optimizer, loss)
        arguments = CompileArguments(loss)
        setup = TrainingSetup(optimizer, arguments, run_eagerly=False, steps_per_execution=1)
        target = (None, *rows.targets.shape[1:])
        objective = Objective(arguments, [OUTPUT], [(None, architecture.outputs)], [target])
        self.problem = setup.problem(NetworkView(self.model), objective)
        self.runner = Runner(self.problem, eager=False, seed=seed)
        self.selection = BestEpoch(self.current_weights, architecture, validation, plan.scores)
        told = CallbackList([self.selection, callbacks, [] if bar is None else [bar]], model=self.model)
        told.set_params({"epochs": plan.epochs, "steps": feeder.steps, "verbose": 0})
        self.fitting = Fitting(self.runner, feeder, told, plan.epochs, 0, None, None, seed)

    def current_weights(self) -> Weights:
        """Return the weights as they are now, by path, without copying them."""
        state, view = self.runner.state, self.problem.view
        assert state is not None
        values = [*self.problem.packing.unpack([np.asarray(each) for each in state.params]), *state.held]
        variables = [*view.trained, *view.held]
        return {variable.path: np.asarray(value) for variable, value in zip(variables, values, strict=True)}

    def run(self) -> None:
        """Train, until the last epoch or until a callback or Ctrl-C stops it."""
        # The members share the user's callbacks, which have been handed the models of all of them by now.
        self.fitting.callbacks.set_model(self.model)
        self.fitting.run()

    def stop(self) -> None:
        """Let the training end after its next steps; from another thread."""
        self.fitting.interrupt()
