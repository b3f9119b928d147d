"""Values on their way through the programs: from the boxes, step by step, and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from ranvier.random import next_seed
from ranvier.training.feeding import Window
from ranvier.training.problem import Accumulators, Problem, TrainingState
from ranvier.training.programs import evaluation_program, training_program
from ranvier.training.setup import empty_accumulators, keep_tracked

SHORTEST_CHUNK = 0.02
"""Seconds that one call of a program should last, so that its overhead does not count."""

Report = Callable[[int, Accumulators], bool]
"""Called after each chunk with the steps done in the window; returns whether to stop."""


class Runner:
    """The state of one training, and the programs that move it.

    Args:
        problem: What is trained.
        eager: Run without compilation, for debugging.
        seed: What dropout and other noise derive from.
        steps_per_call: The least number of steps between two reports.
    """

    def __init__(self, problem: Problem, *, eager: bool, seed: int, steps_per_call: int = 1) -> None:
        self.problem = problem
        self.eager = eager
        self.seed = np.int32(seed & 0x7FFFFFFF)
        self.steps_per_call = steps_per_call
        self.iteration = 0
        self.state: TrainingState | None = None
        self._boxed: list[Any] = []
        self._good: tuple[TrainingState, int] | None = None
        self._pace = 0.0

    # -- between the boxes and the state --------------------------------------------------------

    def load(self) -> None:
        """Take weights and optimizer state from the boxes."""
        view, packing, optimizer = self.problem.view, self.problem.packing, self.problem.optimizer
        assert optimizer is not None
        self._boxed = [variable._value for variable in (*view.trained, *view.held)]
        slots = {
            name: packing.pack(_on_host(values)) if len(values) == len(view.trained) else list(values)
            for name, values in optimizer.read_state().items()
        }
        params = packing.pack(_on_host(self._boxed[: len(view.trained)]))
        held = list(self._boxed[len(view.trained) :])
        self.state = TrainingState(
            params, held, slots, empty_accumulators(self.problem.objective, training=True)
        )
        self.iteration = int(optimizer.step_count)
        self.keep_good()

    def keep_good(self) -> None:
        """Keep a copy of the state, to fall back on when the loss is not finite any more."""
        assert self.state is not None
        self._good = (jax.tree.map(np.array, self.state), self.iteration)

    def fall_back(self) -> None:
        """Return to the state that was kept last."""
        assert self._good is not None
        self.state, self.iteration = self._good

    def load_weights(self) -> None:
        """Take the weights that a callback has put into the boxes."""
        assert self.state is not None
        params, held = packed_weights(self.problem)
        self.state = self.state._replace(params=params, held=held)

    def store(self) -> None:
        """Copy weights and optimizer state into the boxes."""
        assert self.state is not None
        optimizer = self.problem.optimizer
        assert optimizer is not None
        self.store_weights()
        packing, count = self.problem.packing, len(self.problem.view.trained)
        slots = {
            name: packing.unpack(_copies(values))
            if _packed_like(values, self.state.params) and count
            else _copies(values)
            for name, values in self.state.slots.items()
        }
        optimizer.write_state(slots, self.iteration)
        keep_tracked(self.problem.objective, self.state.accumulators)

    def store_weights(self) -> None:
        """Copy the weights into the boxes; what is copied is not touched by later steps."""
        assert self.state is not None
        view = self.problem.view
        values = [*self.problem.packing.unpack(_copies(self.state.params)), *_copies(self.state.held)]
        for variable, value in zip((*view.trained, *view.held), values, strict=True):
            variable._value = value
        self._boxed = values

    def get_state(self) -> dict[str, Any]:
        """Return what a training has, within an epoch, that is no weight and no state of the optimizer."""
        assert self.state is not None
        assert self._good is not None
        good, iteration = self._good
        return {
            "sums": np.array(self.state.accumulators.sums),
            "metrics": jax.tree.map(np.array, self.state.accumulators.metrics),
            "good": {
                "iteration": iteration,
                "params": list(good.params),
                "held": list(good.held),
                "slots": {name: list(values) for name, values in good.slots.items()},
            },
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take up what :meth:`get_state` returned, after :meth:`load`."""
        assert self.state is not None
        self.state = self.state._replace(
            accumulators=self.state.accumulators._replace(
                sums=np.asarray(state["sums"]), metrics=state["metrics"]
            )
        )
        good = state["good"]
        slots = {name: list(values) for name, values in good["slots"].items()}
        kept = TrainingState(list(good["params"]), list(good["held"]), slots, self.state.accumulators)
        self._good = (jax.tree.map(np.array, kept), good["iteration"])

    def boxes_changed(self) -> bool:
        """Tell whether a callback has put other weights into the boxes."""
        view = self.problem.view
        variables = (*view.trained, *view.held)
        return any(
            variable._value is not value for variable, value in zip(variables, self._boxed, strict=True)
        )

    def current_weights(self) -> tuple[list[Any], list[Any]]:
        """Return the packed weights and the others, from the boxes if a callback has changed those."""
        assert self.state is not None
        return packed_weights(self.problem) if self.boxes_changed() else (self.state.params, self.state.held)

    def reset_results(self) -> None:
        """Begin the sums of an epoch."""
        assert self.state is not None
        self.state = self.state._replace(
            accumulators=empty_accumulators(self.problem.objective, training=True)
        )

    # -- running --------------------------------------------------------------------------------

    def train(
        self,
        window: Window,
        report: Report,
        *,
        single: bool,
        before: Callable[[int], None] | None = None,
        start: int = 0,
        steps_left: Callable[[], int | None] = lambda: None,
        settle: Callable[[int], None] = lambda _: None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> int:
        """Run the steps of a window.

        Args:
            window: Rows on the device.
            report: Told after each chunk how many steps are done; returns whether to stop.
            single: Whether every step is a chunk of its own.
            before: Told before each chunk how many steps are done.
            start: The steps that were done before, by an interrupted training.
            steps_left: Returns how long the next chunk may be at most, or None.
            settle: Told, after ``report``, how many steps are done, where all is well and training goes on.
            meanwhile: Called while the last steps of the window are on their way.

        Returns:
            The first step whose loss was not finite, or -1.
        """
        optimizer = self.problem.optimizer
        assert optimizer is not None
        first_iteration = self.iteration - start
        scalars = optimizer.scalars(first_iteration, window.capacity)
        names = tuple(scalars)
        table = np.stack([scalars[name] for name in names], axis=1).astype(np.float32)
        settings = np.asarray(self.problem.settings(), np.float32)
        program: Callable[..., Any] | None = None
        done = start
        while done < window.steps:
            if before is not None:
                before(done)
            last = self._chunk_end(done, window.steps, single, steps_left())
            numbers = np.array([done, last, window.rows, first_iteration, self.seed], np.int32)
            arguments = (self.state, window.data, window.order, table, settings, numbers)
            if program is None:  # the same for every chunk of a window
                program = training_program(self.problem, window.layout, names, arguments, eager=self.eager)
            began = time.perf_counter()
            self.state, failed = program(*arguments)
            if last == window.steps:
                meanwhile()
            failed = int(failed)
            self._learn_pace(time.perf_counter() - began, last - done)
            done = last if failed < 0 else failed + 1
            self.iteration = first_iteration + done
            stop = report(done, self.state.accumulators)
            if failed >= 0:
                return failed
            if stop:
                break
            settle(done)
            if single and done < window.steps:
                table = self._refreshed(names, first_iteration, window.capacity)
        return -1

    def _refreshed(self, names: Sequence[str], first: int, count: int) -> np.ndarray[Any, Any]:
        # A batch hook may have set the learning rate, which holds from the next step on.
        optimizer = self.problem.optimizer
        assert optimizer is not None
        scalars = optimizer.scalars(first, count)
        return np.stack([scalars[name] for name in names], axis=1).astype(np.float32)

    def _chunk_end(self, done: int, steps: int, single: bool, most: int | None) -> int:
        if single:
            return done + 1
        guess = int(SHORTEST_CHUNK * 2 / self._pace) if self._pace > 0 else 8
        return min(steps, done + max(self.steps_per_call, guess, 1), done + (most or steps))

    def _learn_pace(self, seconds: float, steps: int) -> None:
        pace = seconds / max(steps, 1)
        self._pace = pace if self._pace == 0 else 0.5 * (self._pace + pace)


def evaluate_window(
    problem: Problem,
    params: Sequence[Any],
    held: Sequence[Any],
    accumulators: Accumulators,
    window: Window,
    report: Report,
    *,
    eager: bool,
    single: bool,
    before: Callable[[int], None] | None = None,
    draw: Callable[[], int] | None = None,
) -> Accumulators:
    """Run the evaluation steps of a window.

    Args:
        problem: What is evaluated.
        params: The packed weights.
        held: The other weights.
        accumulators: The sums so far.
        window: Rows on the device.
        report: Told after each chunk how many steps are done; returns whether to stop.
        eager: Run without compilation.
        single: Whether every step is a chunk of its own.
        before: Told before each chunk how many steps are done.
        draw: Returns the seed of layers that draw at random outside of training too; from the global stream
            when None.

    Returns:
        The sums after the window.
    """
    done = 0
    seed = (draw or new_seed)()
    while done < window.steps:
        if before is not None:
            before(done)
        last = done + 1 if single else window.steps
        arguments = evaluation_arguments(problem, params, held, accumulators, window, done, last, seed)
        program = evaluation_program(problem, window.layout, arguments, eager=eager)
        accumulators = program(*arguments)
        done = last
        if report(done, accumulators):
            break
    return accumulators


def new_seed() -> int:
    """Draw a seed of 31 bits, for layers that draw at random outside of training too."""
    return next_seed() & 0x7FFFFFFF


def evaluation_arguments(
    problem: Problem,
    params: Sequence[Any],
    held: Sequence[Any],
    accumulators: Accumulators,
    window: Window,
    first: int = 0,
    last: int = 0,
    seed: int = 0,
) -> tuple[Any, ...]:
    """Return what the evaluation program takes for the steps from ``first`` to ``last`` of a window."""
    settings = np.asarray(problem.settings(), np.float32)
    numbers = np.array([first, last, window.rows, seed], np.int32)
    return (list(params), list(held), accumulators, window.data, window.order, settings, numbers)


def packed_weights(problem: Problem) -> tuple[list[Any], list[Any]]:
    """Take the weights from the boxes in the form the programs take."""
    view = problem.view
    params = problem.packing.pack(_on_host([variable._value for variable in view.trained]))
    return params, [variable._value for variable in view.held]


def _on_host(values: Sequence[Any]) -> list[Any]:
    return [np.asarray(value) for value in values]


def _copies(values: Sequence[Any]) -> list[Any]:
    return [np.array(value) for value in values]


def _packed_like(values: Sequence[Any], params: Sequence[Any]) -> bool:
    return len(values) == len(params)
