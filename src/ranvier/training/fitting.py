"""The loop of a training: epochs, callbacks, validation, and what happens when something goes wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

import jax
import numpy as np

from ranvier.errors import NonFiniteLossError
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.evaluation import Evaluation
from ranvier.training.feeding import ResidentFeeder, StreamingFeeder, Window
from ranvier.training.interrupts import Interrupt, guarded_interrupt
from ranvier.training.runner import Runner
from ranvier.training.setup import results
from ranvier.training.step import Accumulators


@dataclass
class Fitting:
    """One call of ``fit``.

    Attributes:
        runner: The state and the programs.
        feeder: The training data.
        callbacks: Told of everything.
        epochs: The number of the last epoch, plus one.
        initial_epoch: The number of the first epoch.
        validation: The validation data, or None.
        validation_epochs: Tells whether an epoch, counted from one, is followed by a validation.
    """

    runner: Runner
    feeder: ResidentFeeder | StreamingFeeder
    callbacks: CallbackList
    epochs: int
    initial_epoch: int
    validation: Evaluation | None
    validation_epochs: Any

    def run(self) -> Accumulators:
        """Train to the last epoch, or until a callback or Ctrl-C stops it.

        Returns:
            The sums of the last epoch.

        Raises:
            NonFiniteLossError: If the loss becomes NaN or infinite and no callback handles that.
            KeyboardInterrupt: After Ctrl-C, when the model has its weights again.
        """
        model, runner, callbacks = self.callbacks.model, self.runner, self.callbacks
        model.stop_training = False
        logs: dict[str, Any] = {}
        callbacks.on_train_begin()
        runner.load()
        self._prepare_validation()
        with guarded_interrupt() as interrupt:
            try:
                for epoch in range(callbacks.first_epoch(self.initial_epoch), self.epochs):
                    logs = self._epoch(epoch, interrupt) or logs
                    if model.stop_training:
                        break
            except BaseException:
                self._leave()
                raise
            runner.store()
        self._finish()
        callbacks.on_train_end(logs)
        assert runner.state is not None
        return runner.state.accumulators

    def _prepare_validation(self) -> None:
        # XLA leaves Python's lock while it compiles, so both programs are compiled side by side.
        state, validation = self.runner.state, self.validation
        if validation is not None and not self.runner.eager and state is not None:
            arguments = (self.runner.problem, *jax.tree.map(np.asarray, (state.params, state.held)))
            Thread(target=_quietly(validation.prepare), args=arguments, daemon=True).start()

    def _epoch(self, epoch: int, interrupt: Interrupt) -> dict[str, Any]:
        runner, callbacks, model = self.runner, self.callbacks, self.callbacks.model
        callbacks.on_epoch_begin(epoch)
        self._take_changes()
        runner.reset_results()
        single = callbacks.has_train_batch_hooks
        done = 0
        for window in self.feeder.windows(epoch):
            failed = self._window(window, done, single, interrupt)
            done += window.steps
            if interrupt.requested:
                raise KeyboardInterrupt
            if failed >= 0:
                self._fail(epoch, done - window.steps + failed)
            if model.stop_training:
                break
        if done == 0:  # an iterator that is used up; the data have warned
            model.stop_training = True
            return {}
        assert runner.state is not None
        logs = results(runner.problem.objective, runner.state.accumulators)
        if callbacks.reads_weights:
            runner.store()
        if self.validation is not None and self.validation_epochs(epoch + 1):
            found, _ = self.validation.run(runner.problem, runner.current_weights, eager=runner.eager)
            logs.update({f"val_{name}": value for name, value in found.items()})
        callbacks.on_epoch_end(epoch, logs)
        self._take_changes()
        runner.keep_good()
        return logs

    def _window(self, window: Window, done: int, single: bool, interrupt: Interrupt) -> int:
        runner, callbacks, model = self.runner, self.callbacks, self.callbacks.model
        objective = runner.problem.objective

        def report(steps: int, sums: Accumulators) -> bool:
            if single:
                runner.store()
                callbacks.on_train_batch_end(done + steps - 1, results(objective, sums))
                self._take_changes()
            elif callbacks.wants_train_progress and not interrupt.requested:
                callbacks.on_train_progress(done + steps, results(objective, sums))
            return bool(model.stop_training) or interrupt.requested

        def begin(steps: int) -> None:
            callbacks.on_train_batch_begin(done + steps)
            self._take_changes()

        return runner.train(window, report, single=single, before=begin if single else None)

    def _fail(self, epoch: int, step: int) -> None:
        runner, callbacks = self.runner, self.callbacks
        assert runner.state is not None
        logs = results(runner.problem.objective, runner.state.accumulators)
        if callbacks.handles_non_finite_loss:
            callbacks.on_train_progress(step + 1, logs)
        sums = runner.state.accumulators
        runner.fall_back()
        assert runner.state is not None
        runner.state = runner.state._replace(accumulators=sums)
        if callbacks.handles_non_finite_loss:
            callbacks.model.stop_training = True
            return
        raise NonFiniteLossError(
            f"The loss became {logs['loss']} in step {step + 1} of epoch {epoch + 1}. The model has the weights from "
            "before this epoch again. Try a smaller learning rate, inputs scaled to about -1..1, or "
            "`clipnorm=1.0` in the optimizer; the callback `TerminateOnNaN` ends a training without an error."
        )

    def _take_changes(self) -> None:
        if self.runner.boxes_changed():
            self.runner.load_weights()

    def _leave(self) -> None:
        # Whatever went wrong, the model keeps what was computed, and stays usable.
        runner = self.runner
        try:
            runner.store()
        except RuntimeError:  # the state went down with the program that had taken it
            runner.fall_back()
            runner.store()
        self.callbacks.on_interrupt()

    def _finish(self) -> None:
        optimizer = self.runner.problem.optimizer
        if optimizer is not None and self.epochs > self.initial_epoch:
            view = self.runner.problem.view
            optimizer.finalize_variable_values(view.trained)
            if optimizer.use_ema:  # an average of weights that a mask holds at zero now
                for variable, constraint in zip(view.trained, view.constraints, strict=True):
                    if constraint is not None and constraint.variables:
                        variable.assign(np.asarray(constraint(variable.value)))


def _quietly(function: Callable[..., None]) -> Callable[..., None]:
    def run(*arguments: Any) -> None:
        # What is wrong is raised where the program is used.
        with contextlib.suppress(Exception):
            function(*arguments)

    return run
