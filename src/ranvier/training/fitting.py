"""The loop of a training: epochs, callbacks, validation, and what happens when something goes wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from threading import Thread
from typing import Any

import jax
import numpy as np

from ranvier.errors import ConfigurationError, NonFiniteLossError
from ranvier.random import random_state, restore_random_state
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.evaluation import Evaluation
from ranvier.training.feeding import Feeder, Window
from ranvier.training.interrupts import Interrupt, guarded_interrupt
from ranvier.training.problem import Accumulators
from ranvier.training.runner import Runner
from ranvier.training.setup import results


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
        seed: What the order of the rows, dropout and other noise derive from.
    """

    runner: Runner
    feeder: Feeder
    callbacks: CallbackList
    epochs: int
    initial_epoch: int
    validation: Evaluation | None
    validation_epochs: Any
    seed: int = 0
    _interrupt: Interrupt = field(default_factory=Interrupt)
    _logs: dict[str, Any] = field(default_factory=dict)
    _resumed: Mapping[str, Any] | None = None
    _done: int = 0
    _offset: int = 0

    def run(self) -> Accumulators:
        """Train to the last epoch, or until a callback or Ctrl-C stops it.

        Returns:
            The sums of the last epoch.

        Raises:
            NonFiniteLossError: If the loss becomes NaN or infinite and no callback handles that.
            KeyboardInterrupt: After Ctrl-C, when the model has its weights again.
        """
        callbacks = self.callbacks
        for keeper in callbacks.keepers:
            keeper.driven = True
        try:
            self._train()
            self._finish()
            callbacks.on_train_end(self._logs)
        finally:
            for keeper in callbacks.keepers:
                keeper.driven = False
        assert self.runner.state is not None
        return self.runner.state.accumulators

    def interrupt(self) -> None:
        """Do what Ctrl-C does: back up, leave the model usable, raise KeyboardInterrupt; from another thread."""
        self._interrupt.requested = True

    def _train(self) -> None:
        model, runner, callbacks = self.callbacks.model, self.runner, self.callbacks
        model.stop_training = False
        callbacks.find_backup()
        callbacks.on_train_begin()
        runner.load()
        self._resume()
        self._prepare_validation()
        with guarded_interrupt(self._interrupt) as interrupt:
            try:
                for epoch in range(callbacks.first_epoch(self.initial_epoch), self.epochs):
                    if model.stop_training and self._done == 0:
                        break
                    self._logs = self._epoch(epoch, interrupt) or self._logs
                    ended = model.stop_training or epoch + 1 == self.epochs
                    self._keep(epoch + 1, 0, forced=interrupt.requested, ended=ended)
                    if interrupt.requested:
                        raise KeyboardInterrupt
            except BaseException:
                self._leave()
                raise
            runner.store()

    # -- backups --------------------------------------------------------------------------------

    def _resume(self) -> None:
        """Come to where an interrupted training was, if there is one to continue."""
        backup = self.callbacks.resumption
        if backup is None:
            return
        self.callbacks.restore()
        self.runner.load()
        state = backup.state.get("training")
        if state is None:  # kept by a loop of the user's own, or an older version: it tells the epoch only
            return
        if backup.step and state["steps"] != self.feeder.steps:
            raise ConfigurationError(
                f"The backup was made {backup.step} steps into an epoch of {state['steps']}; received: an epoch of "
                f"{self.feeder.steps} steps. Give the data and the batch size of the interrupted training, or delete "
                "the backup to begin anew."
            )
        self.seed = state["seed"]
        self.initial_epoch = state["initial_epoch"]
        finished = range(self.initial_epoch, backup.epoch)
        self.feeder.replay(self.seed, finished)
        if self.validation is not None:
            self.validation.replay(sum(bool(self.validation_epochs(epoch + 1)) for epoch in finished))
        self._logs = state["logs"]
        self.callbacks.model.stop_training = state["stopped"]
        self._restore(state)
        self._resumed = state
        self._done, self._offset = backup.step, state["offset"]
        restore_random_state(backup.state["random"])

    def _restore(self, state: Mapping[str, Any]) -> None:
        runner = self.runner
        for variable, value in zip(
            runner.problem.view.read_by_constraints, state["constraints"], strict=True
        ):
            variable.assign(value)
        runner.seed = np.int32(self.seed & 0x7FFFFFFF)
        runner.load()
        runner.set_state(state["runner"])

    def _state(self) -> dict[str, Any]:
        view = self.runner.problem.view
        training = {
            "seed": self.seed,
            "initial_epoch": self.initial_epoch,
            "steps": self.feeder.steps,
            "offset": self._offset,
            "logs": self._logs,
            "stopped": bool(self.callbacks.model.stop_training),
            "constraints": [np.asarray(variable.value) for variable in view.read_by_constraints],
            "runner": self.runner.get_state(),
        }
        return {"training": training, "callbacks": self.callbacks.states(), "random": random_state()}

    def _keep(self, epoch: int, step: int, *, forced: bool, ended: bool = False) -> None:
        """Have the backups made that are due, after all callbacks were told of what has happened."""
        due = [
            keeper
            for keeper in self.callbacks.keepers
            if keeper.is_due(step - 1 if step else None) or forced or (ended and keeper.keeps_end)
        ]
        if not due:
            return
        if step:
            self.runner.store()
        state = self._state()
        for keeper in due:
            keeper.save(epoch, step, state)

    # -- epochs ---------------------------------------------------------------------------------

    def _prepare_validation(self) -> None:
        # XLA leaves Python's lock while it compiles, so both programs are compiled side by side.
        state, validation = self.runner.state, self.validation
        if validation is not None and not self.runner.eager and state is not None:
            arguments = (self.runner.problem, *jax.tree.map(np.asarray, (state.params, state.held)))
            Thread(target=_quietly(validation.prepare), args=arguments, daemon=True).start()

    def _epoch(self, epoch: int, interrupt: Interrupt) -> dict[str, Any]:
        runner, callbacks, model = self.runner, self.callbacks, self.callbacks.model
        callbacks.on_epoch_begin(epoch)
        single = callbacks.has_train_batch_hooks
        begun, done = self._done, self._done - self._offset
        for window in self._windows(epoch):
            start, self._offset = self._offset, 0
            before = runner.iteration - start
            failed = self._window(window, epoch, done, start, single, interrupt)
            if failed >= 0:
                self._fail(epoch, done + failed)
            elif interrupt.requested:
                took = runner.iteration - before
                self._offset = took % window.steps
                self._keep(epoch, done + took, forced=True)
            if interrupt.requested:
                raise KeyboardInterrupt
            done += window.steps
            if model.stop_training:
                break
        self._done = self._offset = 0
        if begun + done == 0:  # an iterator that is used up; the data have warned
            model.stop_training = True
            return {}
        assert runner.state is not None
        logs = results(runner.problem.objective, runner.state.accumulators)
        # What a backup takes from the model has to be there before callbacks look at it, and change it.
        if callbacks.reads_weights or callbacks.keepers:
            runner.store()
        if self.validation is not None and self.validation_epochs(epoch + 1):
            found, _ = self.validation.run(
                runner.problem, runner.current_weights, eager=runner.eager, draw=self._draws(epoch)
            )
            logs.update({f"val_{name}": value for name, value in found.items()})
        callbacks.on_epoch_end(epoch, logs)
        self._take_changes()
        runner.keep_good()
        return logs

    def _windows(self, epoch: int) -> Iterator[Window]:
        """Yield what is left of an epoch that begins, or that an interrupted training had begun."""
        if self._done == 0:
            self._begin_epoch()
            yield from self.feeder.windows(epoch)
            return
        windows = self.feeder.windows(epoch, self._done - self._offset)
        first = next(windows, None)
        # What callbacks did when the epoch began, they had done before.
        self.callbacks.restore()
        assert self._resumed is not None
        self._restore(self._resumed)
        assert self.callbacks.resumption is not None
        restore_random_state(self.callbacks.resumption.state["random"])
        self._forget_backup()
        if self.callbacks.model.stop_training:  # at the very step after which Ctrl-C came
            return
        if first is not None:
            yield first
        yield from windows

    def _forget_backup(self) -> None:
        # It holds the weights several times over.
        self._resumed = None
        self.callbacks.forget_backup()

    def _begin_epoch(self) -> None:
        if self._resumed is not None:  # a callback may have exchanged parts of the optimizer's state as well
            self.runner.load()
            self._forget_backup()
        self._take_changes()
        self.runner.reset_results()

    def _draws(self, epoch: int) -> Callable[[], int]:
        # From the seed of the training, so that nothing depends on how often it was interrupted.
        first = self.seed ^ (0x9E3779B1 * (epoch + 1))
        numbers = count(first)
        return lambda: next(numbers) & 0x7FFFFFFF

    def _window(
        self, window: Window, epoch: int, done: int, start: int, single: bool, interrupt: Interrupt
    ) -> int:
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

        def settle(steps: int) -> None:
            self._offset = steps % window.steps
            self._keep(epoch, done + steps, forced=False)
            self._offset = 0

        def ahead() -> None:
            if epoch + 1 < self.epochs:
                self.feeder.look_ahead(epoch + 1)

        return runner.train(
            window,
            report,
            single=single,
            before=begin if single else None,
            start=start,
            steps_left=callbacks.steps_to_backup,
            settle=settle,
            meanwhile=ahead,
        )

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
