"""The loop of an evaluation: in ``evaluate``, and as validation within a training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.data import Source
from ranvier.training.feeding import ResidentFeeder, StreamingFeeder, feeder
from ranvier.training.problem import Accumulators, Problem
from ranvier.training.programs import evaluation_program
from ranvier.training.runner import evaluate_window, evaluation_arguments
from ranvier.training.setup import empty_accumulators, keep_tracked, results


class Evaluation:
    """Data on which a problem is evaluated, once or after every epoch.

    Args:
        problem: What is evaluated.
        source: The data.
        batch_size: The rows of a batch that the caller asked for, or None.
        steps: The number of batches, or None for all.
        callbacks: Told of the progress.
        exact: Whether batches may not be padded.
        check: Called with each batch of streamed data.
        steps_name: What the caller's argument for ``steps`` is called.
    """

    def __init__(
        self,
        problem: Problem,
        source: Source,
        *,
        batch_size: int | None,
        steps: int | None,
        callbacks: CallbackList,
        exact: bool,
        check: Any,
        steps_name: str,
    ) -> None:
        self.callbacks = callbacks
        self.single = callbacks.has_test_batch_hooks
        names = problem.objective.target_names
        self.feeder: ResidentFeeder | StreamingFeeder = feeder(
            source,
            names,
            batch_size=batch_size,
            shuffle=False,
            seed=0,
            steps=steps,
            exact=exact,
            check=check,
            steps_name=steps_name,
        )

    @property
    def steps(self) -> int | None:
        """The number of batches, or None where only the end of the data will tell."""
        return self.feeder.steps

    def replay(self, times: int) -> None:
        """Bring streamed data to where they were after so many evaluations, in an interrupted training."""
        self.feeder.replay(0, [0] * times)

    def prepare(self, problem: Problem, params: Sequence[Any], held: Sequence[Any]) -> None:
        """Compile the program ahead, so that it can happen while the first epoch is compiled and runs.

        Args:
            problem: What will be evaluated.
            params: The packed weights, or arrays of their shapes.
            held: The other weights likewise.
        """
        if isinstance(self.feeder, ResidentFeeder):
            window = next(self.feeder.windows(0))
            arguments = evaluation_arguments(
                problem, params, held, empty_accumulators(problem.objective), window
            )
            evaluation_program(problem, window.layout, arguments, eager=False)

    def run(
        self,
        problem: Problem,
        weights: Callable[[], tuple[Sequence[Any], Sequence[Any]]],
        *,
        eager: bool,
        draw: Callable[[], int] | None = None,
    ) -> tuple[dict[str, float], Accumulators]:
        """Evaluate given weights.

        Args:
            problem: What is evaluated; of the same structure each time.
            weights: Returns the packed weights and the others; asked when callbacks have been told
                of the beginning, since one may put averaged weights in place.
            eager: Run without compilation.
            draw: Returns seeds; from the global stream when None.

        Returns:
            The results by name, and the sums they come from.
        """
        callbacks = self.callbacks
        accumulators = empty_accumulators(problem.objective)
        callbacks.on_test_begin()
        params, held = weights()
        done = 0
        listening = self.single or callbacks.wants_test_progress
        for window in self.feeder.windows(0):
            before = done

            def report(steps: int, sums: Accumulators, before: int = before) -> bool:
                if not listening:
                    return False
                logs = results(problem.objective, sums)
                if self.single:
                    callbacks.on_test_batch_end(before + steps - 1, logs)
                else:
                    callbacks.on_test_progress(before + steps, logs)
                return bool(getattr(callbacks.model, "stop_evaluating", False))

            def begin(steps: int, before: int = before) -> None:
                callbacks.on_test_batch_begin(before + steps)

            accumulators = evaluate_window(
                problem,
                params,
                held,
                accumulators,
                window,
                report,
                eager=eager,
                single=self.single,
                before=begin if self.single else None,
                draw=draw,
            )
            done += window.steps
            if getattr(callbacks.model, "stop_evaluating", False):
                break
        logs = results(problem.objective, accumulators)
        keep_tracked(problem.objective, accumulators)
        callbacks.on_test_end(logs)
        return logs, accumulators
