"""Training by mini-batches, with Adam or momentum."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from ranvier.errors import NonFiniteLossError
from ranvier.estimators.network import Weights
from ranvier.estimators.rows import Rows, TrainingFeeder
from ranvier.estimators.session import Session
from ranvier.estimators.supervisor import IterationBar, Supervisor
from ranvier.optimizers import SGD, Adam, Optimizer
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.fitting import Fitting
from ranvier.training.runner import Runner, packed_weights


@dataclass
class OptimizerState:
    """What ``partial_fit`` continues with.

    Attributes:
        kind: The name of the update rule.
        learning_rate: The learning rate as the fit left it.
        steps: The number of steps taken.
        slots: The optimizer's arrays by name, such as means of gradients; None if they belong to other weights
            than those that were kept.
    """

    kind: str
    learning_rate: float
    steps: int
    slots: Any


@dataclass
class StochasticFit:
    """How rows are taken and how long.

    Attributes:
        rows: The training rows.
        batch_size: The rows of a step.
        iterations: The largest number of passes over the rows.
        order: Returns the order of the next pass.
        seed: What dropout derives from.
        callbacks: The user's callbacks.
        progress_bar: Whether a bar is shown.
        state: The optimizer's state to begin with, or None.
    """

    rows: Rows
    batch_size: int
    iterations: int
    order: Callable[[], np.ndarray[Any, Any]]
    seed: int
    callbacks: Any
    progress_bar: bool
    state: OptimizerState | None

    def run(self, session: Session, supervisor_of: Callable[..., Supervisor]) -> tuple[Weights, Supervisor]:
        """Train.

        Args:
            session: The network and its problem.
            supervisor_of: Makes the supervisor from a function that returns the current weights.

        Returns:
            The weights to keep, and the supervisor, who knows how it went.

        Raises:
            NonFiniteLossError: If the loss is not finite in the very first iteration.
        """
        problem = session.problem
        optimizer = problem.optimizer
        assert optimizer is not None
        if self.state is not None and self.state.slots and self.state.kind == type(optimizer).__name__:
            optimizer.write_state(self.state.slots, self.state.steps)
            optimizer.learning_rate = self.state.learning_rate
        runner = Runner(problem, eager=False, seed=self.seed)
        supervisor = supervisor_of(lambda: _current(runner))
        bars = [IterationBar(self.iterations)] if self.progress_bar else []
        told = CallbackList([supervisor, self.callbacks, bars], model=session.model)
        feeder = _Shuffling(self.rows, self.batch_size, self.order)
        told.set_params({"epochs": self.iterations, "steps": feeder.steps, "verbose": 0})
        fitting = Fitting(runner, feeder, told, self.iterations, 0, None, None, self.seed)
        try:
            fitting.run()
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=4)
        if supervisor.diverged and supervisor.iterations == 0:
            raise NonFiniteLossError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be "
                "preprocessed: the loss became NaN or infinite in the first iteration. Scale the inputs, for example "
                "with scikit-learn's StandardScaler, or use a smaller `learning_rate_init`."
            )
        if supervisor.best is not None and not (self.callbacks and _replaced(runner)):
            return session.weights_from(*supervisor.best), supervisor
        return session.weights_from(*packed_weights(problem)), supervisor


@dataclass
class _Shuffling(TrainingFeeder):
    next_order: Callable[[], np.ndarray[Any, Any]]

    def windows(self, epoch: int, skip: int = 0) -> Any:
        """Take the next order, and yield the windows of an epoch."""
        self.order.indices = self.next_order()
        return super().windows(epoch, skip)

    def replay(self, seed: int, epochs: Sequence[int]) -> None:
        """Take up an interrupted training: scikit-learn's generator gives its orders one after the other."""
        del seed
        for _ in epochs:
            self.next_order()


def optimizer_for(settings: Any) -> Optimizer:
    """Return the optimizer that an estimator's parameters describe.

    Args:
        settings: The estimator.
    """
    rate = float(settings.learning_rate_init)
    if settings.solver == "sgd":
        return SGD(rate, float(settings.momentum), bool(settings.nesterovs_momentum))
    return Adam(rate, float(settings.beta_1), float(settings.beta_2), float(settings.epsilon))


def state_of(optimizer: Optimizer, *, continues: bool) -> OptimizerState:
    """Return what another fit needs to continue with an optimizer, NumPy arrays and numbers.

    Args:
        optimizer: The optimizer after a fit.
        continues: Whether its arrays belong to the weights that were kept.
    """
    slots = jax.tree.map(np.array, optimizer.read_state()) if continues else None
    return OptimizerState(
        type(optimizer).__name__, float(optimizer.learning_rate), optimizer.step_count, slots
    )


def _replaced(runner: Runner) -> bool:
    """Tell whether a callback has put other weights into the boxes than those that were computed last."""
    computed, boxed = _current(runner), packed_weights(runner.problem)
    pairs = zip(jax.tree.leaves(computed), jax.tree.leaves(boxed), strict=True)
    return not all(np.array_equal(np.asarray(one), np.asarray(other)) for one, other in pairs)


def _current(runner: Runner) -> tuple[list[Any], list[Any]]:
    assert runner.state is not None
    return runner.state.params, runner.state.held
