"""The callback through which an estimator follows the training of its network."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ranvier.estimators.epoch_counter import EpochCounter
from ranvier.estimators.record import Record
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.progress.bar import Progbar
from ranvier.training.progress.terminal import print_message

SMALLEST_RATE = 1e-6
"""The learning rate below which an adaptive one is not divided any more."""

_MEMORY = ("iterations", "seen", "best", "diverged", "converged")

Validate = Callable[[list[Any], list[Any]], tuple[float, float]]
"""Gives loss and score on the validation rows for packed weights and the others."""


class Supervisor(Callback):
    """Records each iteration, keeps the best weights, steers the learning rate, and stops the training.

    Args:
        weights: Returns the packed weights and the others as they are now.
        record: What is recorded, and the stopping rule.
        validate: Evaluates weights on the validation rows, or None without such rows.
        score_name: What callbacks know the validation score by.
        verbose: Whether each iteration is printed, as scikit-learn does.
        keep_best: Whether copies of the best weights are kept.
        schedule: ``"constant"``, ``"invscaling"`` or ``"adaptive"``.
        first_rate: The learning rate at the beginning.
        power: The exponent of ``"invscaling"``.
        rows: How many rows an iteration sees.
        seen: How many rows were seen before.

    Attributes:
        iterations: How many iterations were recorded.
        best: Copies of the best weights, packed, and of the others; or None.
        best_is_last: Whether the weights to keep are those of the last step.
        diverged: Whether the loss became NaN or infinite.
        converged: Whether the stopping rule ended the training.
    """

    handles_non_finite_loss = True

    def __init__(
        self,
        weights: Callable[[], tuple[list[Any], list[Any]]],
        record: Record,
        validate: Validate | None,
        *,
        score_name: str,
        verbose: bool,
        keep_best: bool,
        schedule: str = "constant",
        first_rate: float = 0.0,
        power: float = 0.0,
        rows: int = 0,
        seen: int = 0,
    ) -> None:
        self.record = record
        self.weights = weights
        self.validate = validate
        self.score_name = score_name
        self.verbose = verbose
        self.keep_best = keep_best
        self.schedule = schedule
        self.first_rate = first_rate
        self.power = power
        self.rows = rows
        self.seen = seen
        self.iterations = 0
        self.best: tuple[list[Any], list[Any]] | None = None
        self.best_is_last = True
        self.diverged = False
        self.converged = False

    @property
    def reads_weights(self) -> bool:
        """The weights are read where they are computed."""
        return False

    def get_state(self) -> dict[str, Any]:
        """Return the curves, the best weights and what the stopping rule counts."""
        return {**{name: getattr(self, name) for name in _MEMORY}, "record": vars(self.record)}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        for name in _MEMORY:
            setattr(self, name, state[name])
        for name, value in state["record"].items():
            setattr(self.record, name, value)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Follow the rules after an iteration."""
        loss = float((logs or {}).get("loss", math.nan))
        if not math.isfinite(loss):
            self.diverged = True
            self.best_is_last = False
            self.model.stop_training = True
            return
        self.iterations += 1
        self.seen += self.rows
        params, held = self.weights()
        validation = None if self.validate is None else self.validate(params, held)
        if validation is not None and logs is not None:
            logs["val_loss"], logs[f"val_{self.score_name}"] = validation
        is_best = self.record.add(loss, validation)
        if self.keep_best:
            self.best_is_last = is_best
            if is_best:
                self.best = jax.tree.map(np.array, (params, held))
        if self.verbose:
            print_message(f"Iteration {self.iterations}, loss = {loss:.8f}")
            if validation is not None:
                print_message(f"Validation score: {validation[1]:f}")
        if self.schedule == "invscaling":
            self.model.optimizer.learning_rate = self.first_rate / (self.seen + 1) ** self.power
        if self.record.exhausted:
            self._stalled()

    def _stalled(self) -> None:
        record = self.record
        subject = "Validation score" if record.early_stopping else "Training loss"
        reason = f"{subject} did not improve more than tol={record.tol:f} for {record.patience:g} consecutive epochs."
        if self.schedule != "adaptive":
            self._stop(f"{reason} Stopping.")
            return
        rate = float(self.model.optimizer.learning_rate)
        if rate <= SMALLEST_RATE:
            self._stop(f"{reason} Learning rate too small. Stopping.")
            return
        self.model.optimizer.learning_rate = rate / 5.0
        record.stalled = 0
        if self.verbose:
            print_message(f"{reason} Setting learning rate to {rate / 5.0:f}")

    def _stop(self, message: str) -> None:
        self.converged = True
        self.model.stop_training = True
        if self.verbose:
            print_message(message)


class IterationBar(EpochCounter):
    """One progress bar over all iterations of a fit.

    Args:
        iterations: The largest number of iterations.
    """

    def __init__(self, iterations: int) -> None:
        super().__init__()
        self.bar = Progbar(iterations, unit_name="iteration", stateless_metrics=())
        self.logs: Logs = {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Move the bar."""
        super().on_epoch_end(epoch, logs)
        self.logs = dict(logs or {})
        self.bar.update(self.done, list(self.logs.items()), finalize=False)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Finish the bar where the training stopped."""
        self.bar.update(self.done, list(self.logs.items()), finalize=True)

    def on_interrupt(self) -> None:
        """Leave the unfinished line."""
        self.bar.leave()
