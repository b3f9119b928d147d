"""Training by L-BFGS: SciPy chooses the steps, the compiled program gives loss and gradient of all rows."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning

from ranvier.errors import DataError, NonFiniteLossError
from ranvier.estimators.network import Weights
from ranvier.estimators.rows import Rows, TrainingFeeder
from ranvier.estimators.session import Session
from ranvier.estimators.supervisor import IterationBar, Supervisor
from ranvier.optimizers import Optimizer
from ranvier.training.problem import TrainingState
from ranvier.training.programs import training_program
from ranvier.training.setup import empty_accumulators
from ranvier.types import Array, Arrays

_LIMIT = 1


class GradientRecorder(Optimizer):
    """An update rule that leaves the weights as they are and remembers the gradient."""

    def __init__(self) -> None:
        super().__init__(0.0)

    def slots(self, parameter: Any) -> Arrays:
        """Return room for the gradient."""
        return {"gradient": np.zeros(parameter.shape, parameter.dtype)}

    def step(self, gradient: Array, parameter: Array, slots: Arrays, scalars: Any) -> tuple[Array, Arrays]:
        """Keep the gradient."""
        del slots, scalars
        return parameter, {"gradient": gradient}


class Objective:
    """Loss and gradient over all rows as a function of one vector.

    Args:
        session: The network and its problem, whose optimizer is a :class:`GradientRecorder`.
        rows: The training rows.
    """

    def __init__(self, session: Session, rows: Rows) -> None:
        self.problem = session.problem
        optimizer = self.problem.optimizer
        assert optimizer is not None
        feeder = TrainingFeeder(rows, rows.count)
        if not feeder.resident:
            raise DataError(
                f"solver='lbfgs' needs all rows in memory at a time; received: a sparse X of shape "
                f"{rows.features.shape}, too large when dense. Use solver='adam'."
            )
        self.window = next(feeder.windows(0))
        self.names = tuple(optimizer.scalar_names())
        self.settings = np.asarray(self.problem.settings(), np.float32)
        view = self.problem.view
        first = self.problem.packing.pack([np.asarray(each._value) for each in view.trained])
        self.shapes = [each.shape for each in first]
        self.held = [np.asarray(each._value) for each in view.held]
        self.first = np.concatenate([np.asarray(each).reshape(-1) for each in first]).astype(np.float64)

    def __call__(self, vector: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        """Return the loss and its gradient, in float64."""
        window = self.window
        state = TrainingState(
            self.unpacked(vector),
            list(self.held),
            {"gradient": [np.zeros(shape, np.float32) for shape in self.shapes]},
            empty_accumulators(self.problem.objective),
        )
        table = np.zeros((window.capacity, len(self.names)), np.float32)
        numbers = np.array([0, window.steps, window.rows, 0, 0], np.int32)
        arguments = (state, window.data, window.order, table, self.settings, numbers)
        program = training_program(self.problem, window.layout, self.names, arguments, eager=False)
        following, _ = program(*arguments)
        rows, loss = np.asarray(following.accumulators.sums)
        parts = [np.asarray(each).reshape(-1) for each in following.slots["gradient"]]
        return float(loss) / float(rows), np.concatenate(parts).astype(np.float64)

    def unpacked(self, vector: np.ndarray[Any, Any]) -> list[Any]:
        """Return the packed weights that lie in a vector."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        parts = np.split(vector.astype(np.float32), ends)
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]


def fit_quasi_newton(
    session: Session,
    rows: Rows,
    supervisor_of: Callable[..., Supervisor],
    *,
    iterations: int,
    evaluations: int,
    tol: float,
    progress_bar: bool,
) -> tuple[Weights, Supervisor]:
    """Train.

    Args:
        session: The network and its problem.
        rows: The training rows.
        supervisor_of: Makes the supervisor from a function that returns the current weights.
        iterations: The largest number of iterations.
        evaluations: The largest number of evaluations of the loss.
        tol: The largest entry of a gradient that counts as 0.
        progress_bar: Whether a bar is shown.

    Returns:
        The weights to keep, and the supervisor, who knows how it went.

    Raises:
        NonFiniteLossError: If the loss of the first weights is not finite.
    """
    objective = Objective(session, rows)
    current = objective.first
    supervisor = supervisor_of(lambda: (objective.unpacked(current), objective.held))
    supervisor.set_model(session.model)
    bar = IterationBar(iterations) if progress_bar else None

    def follow(intermediate_result: Any) -> None:
        nonlocal current
        current = np.array(intermediate_result.x)
        logs = {"loss": float(intermediate_result.fun)}
        supervisor.on_epoch_end(supervisor.iterations, logs)
        if bar is not None:
            bar.on_epoch_end(supervisor.iterations, logs)

    found = minimize(
        objective,
        objective.first,
        method="L-BFGS-B",
        jac=True,
        callback=follow,
        options={"maxiter": iterations, "maxfun": evaluations, "gtol": tol},
    )
    if bar is not None:
        bar.on_train_end()
    if not np.isfinite(found.fun):
        raise NonFiniteLossError(
            "The loss of the first weights is NaN or infinite, so nothing was learned. Scale the inputs, for example "
            "with scikit-learn's StandardScaler."
        )
    # A line search that finds no smaller loss has reached what float32 can tell apart.
    supervisor.converged = found.status != _LIMIT
    if not supervisor.converged:
        warnings.warn(
            f"lbfgs failed to converge after {found.nit} iteration(s) and {found.nfev} evaluations of the loss. "
            "Increase `max_iter` or `max_fun`, or scale the inputs.",
            ConvergenceWarning,
            stacklevel=4,
        )
    if supervisor.validate is not None and supervisor.best is not None:
        return session.weights_from(*supervisor.best), supervisor
    return session.weights_from(objective.unpacked(found.x), objective.held), supervisor
