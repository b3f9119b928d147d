"""From the arguments of ``fit``, ``evaluate`` and ``predict`` to their loops."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any

import jax
import numpy as np

from ranvier.errors import ConfigurationError, DataError, NonFiniteLossError
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.data import Batch, BatchPlan, Source, Table, bucket, device_dtype
from ranvier.training.evaluation import Evaluation
from ranvier.training.feeding import ResidentFeeder, Window, feeder
from ranvier.training.fitting import Fitting
from ranvier.training.frozen import report_frozen
from ranvier.training.matching import matched
from ranvier.training.objective import Objective
from ranvier.training.output_checks import check_outputs
from ranvier.training.own_trace import learn_own_steps
from ranvier.training.problem import Accumulators, Problem
from ranvier.training.runner import Runner, evaluate_window, packed_weights
from ranvier.training.setup import (
    TrainingSetup,
    empty_accumulators,
    keep_tracked,
    output_names,
    results,
    traced_outputs,
)
from ranvier.training.view import NetworkView


class Preparation:
    """A network, built for some data, with losses and metrics matched to them.

    Args:
        model: The model; it is built if it was not.
        setup: What ``compile`` left.
        source: The data.
        epoch: The number of the epoch that begins with them.
    """

    def __init__(self, model: Any, setup: TrainingSetup, source: Source, epoch: int = 0) -> None:
        first = source.batch() if isinstance(source, Table) else source.peek(epoch)
        inputs = input_specs(first.x)
        model.build_for(inputs)
        self.model = model
        self.setup = setup
        self.view = NetworkView(model)
        outputs = model.output_specs(inputs)
        if outputs is None:
            outputs = traced_outputs(self.view, inputs)
        self.names = output_names(model, outputs)
        self.output_shapes = [tuple(leaf.shape) for leaf in jax.tree.leaves(outputs)]
        self.objective = self._objective(first)
        check_outputs(self.objective.terms, jax.tree.leaves(outputs))
        self.problem: Problem = setup.problem(self.view, self.objective)
        if self.objective.own is not None:
            learn_own_steps(self.problem, first)
        self.exact = not (self.view.rowwise and self.objective.rowwise)
        self.check(first)

    def _objective(self, first: Batch) -> Objective:
        own = self.model.own_steps(self.setup)
        names, target_names = self.names, None
        if own is not None:
            own.targets = first.y
            if own.overrides & {"compute_loss", "train_step"} and not self.setup.arguments.needs_targets:
                # What its targets are is between the model and its user.
                leaves = jax.tree.leaves(first.y, is_leaf=lambda leaf: leaf is None)
                target_names = (
                    sorted(first.y)
                    if isinstance(first.y, dict)
                    else [f"y_{number + 1}" for number in range(len(leaves))]
                )
                shapes: list[Any] = [None] * len(names)
                return self.setup.objective_for(names, self.output_shapes, shapes, own, target_names)
        targets = matched(first.y, names, "y", share=False)
        shapes = [None if target is None else tuple(target.shape) for target in targets]
        return self.setup.objective_for(names, self.output_shapes, shapes, own)

    def renew(self) -> None:
        """Look at the network again if a callback, told of the model, has put constraints on weights."""
        if self.view.constraints != [variable.constraint for variable in self.view.trained]:
            self.view = NetworkView(self.model)
            self.problem = self.setup.problem(self.view, self.objective)

    def check(self, batch: Batch) -> None:
        """Refuse targets that do not fit the losses.

        Raises:
            DataError: If targets are missing.
            LabelError: If labels do not fit.
            ShapeError: If shapes do not fit.
        """
        if all(term.loss is None for term in self.objective.terms):
            return
        targets = matched(batch.y, self.names, "y", share=False)
        for term, target, shape in zip(self.objective.terms, targets, self.output_shapes, strict=True):
            if term.loss is None:
                continue
            if target is None:
                raise DataError(
                    f"The loss of the output {term.name!r} needs targets; received: y=None. Give `y`, or batches "
                    "of (x, y)."
                )
            if isinstance(target, np.ndarray):
                term.loss.check_targets(target, (len(target), *shape[1:]))


def input_specs(inputs: Any) -> Any:
    """Describe inputs by shape and by the dtype they have on the device."""
    return jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct(tuple(leaf.shape), device_dtype(leaf.dtype)), inputs
    )


def fit(
    model: Any,
    setup: TrainingSetup,
    training: Source,
    validation: Source | None,
    *,
    batch_size: int | None,
    epochs: int,
    verbose: Any,
    callbacks: Any,
    shuffle: bool | str,
    initial_epoch: int,
    steps_per_epoch: int | None,
    validation_steps: int | None,
    validation_batch_size: int | None,
    validation_freq: int | Container[int],
    seed: int,
) -> Any:
    """Train a model; arguments as ``Model.fit``, the data already read.

    Returns:
        The history.
    """
    _check_epochs(epochs, initial_epoch)
    prepared = Preparation(model, setup, training, int(initial_epoch))
    report_frozen(prepared.view)
    data = feeder(
        training,
        prepared.objective.target_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        steps=steps_per_epoch,
        exact=prepared.exact,
        check=prepared.check,
    )
    told = listeners(callbacks, verbose, model, epochs=epochs, steps=data.steps, history=True)
    prepared.renew()
    watched = None
    if validation is not None:
        _check_structure(prepared, validation)
        watched = Evaluation(
            prepared.problem,
            validation,
            batch_size=validation_batch_size or batch_size,
            steps=validation_steps,
            callbacks=told,
            exact=prepared.exact,
            check=prepared.check,
            steps_name="validation_steps",
        )
    runner = Runner(
        prepared.problem, eager=setup.run_eagerly, seed=seed, steps_per_call=setup.steps_per_execution
    )
    validated = _validated_epochs(validation_freq)
    model.metric_sums = Fitting(runner, data, told, epochs, initial_epoch, watched, validated, seed).run()
    return model.history


def evaluate(
    model: Any,
    setup: TrainingSetup,
    source: Source,
    *,
    batch_size: int | None,
    verbose: Any,
    steps: int | None,
    callbacks: Any,
) -> dict[str, float]:
    """Evaluate a model; arguments as ``Model.evaluate``, the data already read.

    Returns:
        The results by name.
    """
    prepared = Preparation(model, setup, source)
    told = (
        callbacks
        if isinstance(callbacks, CallbackList)
        else listeners(callbacks, verbose, model, epochs=1, steps=None, history=False)
    )
    evaluation = Evaluation(
        prepared.problem,
        source,
        batch_size=batch_size,
        steps=steps,
        callbacks=told,
        exact=prepared.exact,
        check=prepared.check,
        steps_name="steps",
    )
    told.set_params({"verbose": verbose, "epochs": 1, "steps": evaluation.steps})
    model.stop_evaluating = False
    problem = prepared.problem
    logs, model.metric_sums = evaluation.run(
        problem, lambda: packed_weights(problem), eager=setup.run_eagerly
    )
    return logs


def train_on_batch(model: Any, setup: TrainingSetup, table: Table) -> tuple[dict[str, float], Accumulators]:
    """Train one step on all rows of a table.

    Args:
        model: The model.
        setup: What ``compile`` left.
        table: The batch.

    Returns:
        The results by name, and their sums.
    """
    prepared = Preparation(model, setup, table)
    report_frozen(prepared.view)
    runner = Runner(prepared.problem, eager=setup.run_eagerly, seed=setup.batch_seed)
    runner.load()
    assert runner.state is not None
    failed = -1
    for window in _one_batch(prepared, table):
        failed = runner.train(window, lambda *_: False, single=False)
    accumulators = runner.state.accumulators
    keep_tracked(prepared.objective, accumulators)
    logs = results(prepared.objective, accumulators)
    if failed >= 0:
        runner.fall_back()
        raise NonFiniteLossError(
            f"The loss of this batch is {logs['loss']}; the model keeps the weights it had. Try a smaller learning "
            "rate, inputs scaled to about -1..1, or `clipnorm=1.0` in the optimizer."
        )
    runner.store()
    return logs, accumulators


def test_on_batch(model: Any, setup: TrainingSetup, table: Table) -> tuple[dict[str, float], Accumulators]:
    """Evaluate all rows of a table as one batch; arguments as :func:`train_on_batch`."""
    prepared = Preparation(model, setup, table)
    params, held = packed_weights(prepared.problem)
    accumulators = empty_accumulators(prepared.objective)
    for window in _one_batch(prepared, table):
        accumulators = evaluate_window(
            prepared.problem,
            params,
            held,
            accumulators,
            window,
            lambda *_: False,
            eager=setup.run_eagerly,
            single=False,
        )
    keep_tracked(prepared.objective, accumulators)
    return results(prepared.objective, accumulators), accumulators


def _one_batch(prepared: Preparation, table: Table) -> Iterator[Window]:
    size = table.rows if prepared.exact else bucket(table.rows)
    plan = BatchPlan(table.rows, size)
    return ResidentFeeder(table, prepared.objective.target_names, plan, exact=prepared.exact).windows(0)


def listeners(
    callbacks: Any, verbose: Any, model: Any, *, epochs: int, steps: int | None, history: bool
) -> CallbackList:
    """Join the user's callbacks with the history and the progress bar.

    Args:
        callbacks: What the user gave.
        verbose: 0, 1, 2 or "auto".
        model: The model.
        epochs: The number of the last epoch.
        steps: The steps of an epoch, or None.
        history: Whether to record a history.

    Raises:
        ConfigurationError: If ``verbose`` is something else.
    """
    if verbose not in (0, 1, 2, "auto"):
        raise ConfigurationError(f"`verbose` must be 0, 1, 2 or 'auto'; received: {verbose!r}.")
    return CallbackList(
        callbacks,
        add_history=history,
        add_progbar=verbose != 0,
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=steps,
    )


def _check_epochs(epochs: Any, initial_epoch: Any) -> None:
    for name, value in (("epochs", epochs), ("initial_epoch", initial_epoch)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
            raise ConfigurationError(f"`{name}` must be an integer of at least 0; received: {value!r}.")


def _check_structure(prepared: Preparation, validation: Source) -> None:
    first = validation.batch() if isinstance(validation, Table) else validation.peek()
    prepared.model.build_for(input_specs(first.x))
    prepared.check(first)


def _validated_epochs(frequency: Any) -> Callable[[int], bool]:
    if isinstance(frequency, int | np.integer) and not isinstance(frequency, bool) and frequency >= 1:
        return lambda epoch: epoch % int(frequency) == 0
    if isinstance(frequency, Container) and not isinstance(frequency, str):
        return lambda epoch: epoch in frequency
    raise ConfigurationError(
        f"`validation_freq` must be a positive integer or a list of epochs, counted from 1; received: {frequency!r}."
    )


def loss_of(model: Any, setup: TrainingSetup, y: Any, y_pred: Any, sample_weight: Any) -> Any:
    """Return the loss that ``compile`` asked for, of outputs at hand; arguments as ``Model.compute_loss``."""
    outputs = jax.tree.leaves(y_pred)
    names = output_names(model, y_pred)
    targets = matched(y, names, "y", share=False)
    weights = matched(sample_weight, names, "sample_weight", share=True)
    shapes = [None if target is None else np.shape(target) for target in targets]
    objective = Objective(setup.arguments, names, [np.shape(output) for output in outputs], shapes)
    total: Any = 0.0
    for term, target, output, weight in zip(objective.terms, targets, outputs, weights, strict=True):
        if term.loss is not None and target is not None:
            loss = term.loss(target, output, weight)
            total = total + (loss if term.weight is None else term.weight * loss)
    for penalty in model.losses:
        total = total + penalty
    return total
