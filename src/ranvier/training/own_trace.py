"""What can be known of a model's own steps only by tracing one: late variables, names of results."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from ranvier.forward_pass import ForwardPass
from ranvier.training.data import Batch
from ranvier.training.feeding import flat_batch
from ranvier.training.setup import empty_accumulators
from ranvier.training.step import Batch as StepBatch
from ranvier.training.step import Problem, accumulate, forward_and_loss
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
    own.keys, own.values = None, {}
    layout, leaves = flat_batch(first, objective.target_names, 1, exact=True)

    def dry_run(trained: Any, held: Any, states: Any, given: Any) -> None:
        inputs, targets, weights = layout.unflatten(given)
        rows = jax.tree.leaves(inputs)[0].shape[0]
        batch = StepBatch(inputs, targets, weights, None, np.float32(rows))
        settings = jax.numpy.asarray(problem.settings(), jax.numpy.float32)
        run = ForwardPass(False, jax.random.key(0), 0, None)
        run.settings.update(problem.view.bound_settings(settings))
        passed = forward_and_loss(problem, trained, held, states, batch, settings, run)
        accumulate(problem, states, passed, batch)

    view = problem.view
    specs = [
        [jax.ShapeDtypeStruct(variable.shape, variable.dtype) for variable in variables]
        for variables in (view.trained, view.held)
    ]
    data = [jax.ShapeDtypeStruct(leaf.shape, jax.dtypes.canonicalize_dtype(leaf.dtype)) for leaf in leaves]
    jax.eval_shape(dry_run, *specs, empty_accumulators(objective), data)
    _reset_late(own.tracked, known)


def _reset_late(metrics: list[Any], known: set[Variable]) -> None:
    """Give the variables that the trace has made their first values."""
    for metric in metrics:
        if any(variable not in known for variable in metric.variables):
            for variable in metric.variables:
                variable._value = np.zeros(variable.shape, variable.dtype)
            metric.write_state(metric.init())
