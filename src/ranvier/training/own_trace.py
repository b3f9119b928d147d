"""What can be known of a model's own steps only by tracing one: late variables, names of results."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import numpy as np

from ranvier.forward_pass import ForwardPass
from ranvier.training.data import Batch
from ranvier.training.feeding import flat_batch
from ranvier.training.problem import Batch as StepBatch
from ranvier.training.problem import Problem, TrainingState
from ranvier.training.setup import empty_accumulators
from ranvier.training.step import accumulate, forward_and_loss
from ranvier.training.whole_steps import own_evaluation_step, own_training_step, takes_whole_steps
from ranvier.variable import Variable


def learn_own_steps(problem: Problem, first: Batch) -> None:
    """Trace one evaluation on shapes alone, so that the sums of an epoch can be laid out before it.

    Args:
        problem: Whose objective has steps of the model's own.
        first: The first batch of the data.
    """
    objective = problem.objective
    own = objective.own
    assert own is not None
    known = set(own.variables)
    own.keys, own.values, own.logs = None, {}, {}
    layout, leaves = flat_batch(first, objective.target_names, 1, exact=True)

    def batch_of(given: Any) -> StepBatch:
        inputs, targets, weights = layout.unflatten(given)
        return StepBatch(inputs, targets, weights, None, np.float32(jax.tree.leaves(inputs)[0].shape[0]))

    def dry_run(trained: Any, held: Any, states: Any, given: Any, training: bool) -> None:
        batch = batch_of(given)
        if takes_whole_steps(problem, training=False):
            own_evaluation_step(problem, problem.packing.pack(trained), held, states, batch)
            return
        settings = jax.numpy.asarray(problem.settings(), jax.numpy.float32)
        run = ForwardPass(training, jax.random.key(0), 0, None)
        run.settings.update(problem.view.bound_settings(settings))
        passed = forward_and_loss(problem, trained, held, states, batch, settings, run)
        accumulate(problem, states, passed, batch)

    view = problem.view
    specs = [
        [jax.ShapeDtypeStruct(variable.shape, variable.dtype) for variable in variables]
        for variables in (view.trained, view.held)
    ]
    data = [jax.ShapeDtypeStruct(leaf.shape, jax.dtypes.canonicalize_dtype(leaf.dtype)) for leaf in leaves]
    for training in (False, True):
        jax.eval_shape(partial(dry_run, training=training), *specs, empty_accumulators(objective), data)
        _reset_late(own.tracked, known)
        if not any(metric.awaits_shapes for metric in own.tracked):
            break  # else one may be updated in training only
    if takes_whole_steps(problem, training=True):
        _learn_training(problem, specs, data, batch_of)


def _learn_training(problem: Problem, specs: Any, data: Any, batch_of: Any) -> None:
    optimizer, packing = problem.optimizer, problem.packing
    assert optimizer is not None
    state = {name: list(values) for name, values in optimizer.read_state().items()}

    def dry_run(trained: Any, held: Any, slots: Any, sums: Any, given: Any) -> None:
        packed = {
            name: packing.pack(values) if len(values) == len(trained) else values
            for name, values in slots.items()
        }
        current = TrainingState(packing.pack(trained), held, packed, sums)
        own_training_step(problem, current, batch_of(given), ForwardPass(True, None, 0, None))

    sums = empty_accumulators(problem.objective, training=True)
    jax.eval_shape(dry_run, *specs, state, sums, data)


def _reset_late(metrics: list[Any], known: set[Variable]) -> None:
    """Give the variables that the trace has made their first values."""
    for metric in metrics:
        if any(variable not in known for variable in metric.variables):
            for variable in metric.variables:
                variable._value = np.zeros(variable.shape, variable.dtype)
            metric.write_state(metric.init())
