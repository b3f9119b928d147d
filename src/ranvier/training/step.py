"""One step of training, and one of evaluation: pure functions of values, traced into programs."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError
from ranvier.forward_pass import ForwardPass
from ranvier.tracing import explained
from ranvier.training.matching import targets_and_weights
from ranvier.training.objective import Objective
from ranvier.training.own_steps import (
    OwnSteps,
    Step,
    learn_results,
    scalar_loss,
    tracing_step,
    tracked_states,
)
from ranvier.training.problem import Accumulators, Batch, Passed, Problem, Shown, TrainingState
from ranvier.training.view import Forward
from ranvier.types import Array, Arrays


def training_step(
    problem: Problem,
    state: TrainingState,
    batch: Batch,
    scalars: dict[str, Any],
    settings: Any,
    run: ForwardPass,
) -> tuple[TrainingState, Array]:
    """Forward, loss, gradient, update, metrics.

    Args:
        problem: What is trained.
        state: The values before the step.
        batch: The rows of the step.
        scalars: The optimizer's numbers for this step.
        settings: The numbers of :meth:`Problem.settings`, as one vector.
        run: Mode, key and padding of the forward pass.

    Returns:
        The values after the step, and the total loss before it.
    """
    view, packing, optimizer = problem.view, problem.packing, problem.optimizer
    assert optimizer is not None
    run.settings.update(view.bound_settings(settings))

    def loss_of(trained: list[Any]) -> tuple[Any, Passed]:
        passed = forward_and_loss(problem, trained, state.held, state.accumulators, batch, settings, run)
        return optimizer.scale_loss(passed.loss, scalars), passed

    trained = packing.unpack(state.params)
    (_, passed), gradients = jax.value_and_grad(loss_of, has_aux=True)(trained)
    params, slots = optimizer.update(
        packing.pack(gradients),
        state.slots,
        state.params,
        scalars,
        None if problem.decays is None else list(problem.decays),
    )
    if any(variable.constraint is not None for variable in view.trained):
        params = packing.pack(view.project(packing.unpack(params), passed.held, run.settings))
    accumulators = accumulate(problem, state.accumulators, passed, batch)
    return TrainingState(list(params), passed.held, slots, accumulators), passed.loss


def evaluation_step(
    problem: Problem,
    params: Sequence[Array],
    held: Sequence[Array],
    accumulators: Accumulators,
    batch: Batch,
    settings: Any,
    run: ForwardPass,
) -> Accumulators:
    """Forward, loss, metrics; nothing is trained. Arguments as in :func:`training_step`."""
    run.settings.update(problem.view.bound_settings(settings))
    trained = problem.packing.unpack(params)
    passed = forward_and_loss(problem, trained, held, accumulators, batch, settings, run)
    return accumulate(problem, accumulators, passed, batch)


def forward_and_loss(
    problem: Problem,
    trained: Sequence[Array],
    held: Sequence[Array],
    accumulators: Accumulators,
    batch: Batch,
    settings: Any,
    run: ForwardPass,
) -> Passed:
    """Run the network on a batch and compute what is to become smaller; arguments as in :func:`training_step`."""
    own = problem.objective.own
    if own is not None:
        return _own_forward_and_loss(problem, own, trained, held, accumulators, batch, settings, run)
    forward = problem.view.run(trained, held, batch.inputs, run)
    parts = losses_of(problem, forward, batch)
    _require_loss(parts, forward.penalties, training=run.training)
    loss = total_loss(problem, parts, trained, forward, settings)
    return Passed(loss, parts, Shown.of(forward), forward.held, None, [])


def _own_forward_and_loss(
    problem: Problem,
    own: OwnSteps,
    trained: Sequence[Array],
    held: Sequence[Array],
    accumulators: Accumulators,
    batch: Batch,
    settings: Any,
    run: ForwardPass,
) -> Passed:
    found: list[tuple[Any, list[Any]]] = []
    training = run.training
    names = [term.name for term in problem.objective.terms]

    def compiled_loss(x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:
        outputs = jax.tree.leaves(y_pred)
        targets, weights = targets_and_weights(y, sample_weight, names)
        forward = Forward(outputs, [], list(run.losses), run)
        parts = losses_of(problem, forward, batch._replace(inputs=x, targets=targets, weights=weights))
        _require_loss(parts, forward.penalties, training=training)
        return total_loss(problem, parts, trained, forward, settings), parts

    def super_loss(*data: Any) -> Any:
        return compiled_loss(*data)[0]

    def after(outputs: Any) -> None:
        data = batch_data(problem, own, batch, outputs)
        run.training = False  # as in Keras, what a loss calls is no part of the call of the model
        if "compute_loss" not in own.overrides:
            found.append(compiled_loss(*data.values()))
            return
        step = Step(own.model, super_loss, _no_metrics)
        with tracing_step(step), explained(f"`compute_loss` of {type(own.model).__name__}"):
            loss = own.model.compute_loss(**data, **_wanted(own.model.compute_loss, training=training))
        parts = [jnp.zeros((), jnp.float32) for term in problem.objective.terms if term.loss is not None]
        found.append((scalar_loss(own.model, loss), parts))

    states = accumulators.metrics[problem.objective.first_tracked :][: len(own.tracked)]
    with tracked_states(own, states) as bound:
        forward = problem.view.run_then(trained, held, batch.inputs, run, after)
        # A metric that learns its shapes from the data has none of its variables before the first trace.
        tracked = [bound.get(variable, variable.value) for variable in own.variables]
    run.training = training
    loss, parts = found[0]
    return Passed(loss, parts, Shown.of(forward), forward.held, forward.structure, tracked)


def batch_data(problem: Problem, own: OwnSteps, batch: Batch, outputs: Any) -> dict[str, Any]:
    """Return a batch as a user's own method takes it."""
    weights = batch.weights
    alike = all(weight is weights[0] for weight in weights)
    return {
        "x": batch.inputs,
        "y": own.targets_of(batch.targets, problem.objective.target_names),
        "y_pred": outputs,
        "sample_weight": weights[0] if weights and alike else list(weights) or None,
    }


def _no_metrics(*_: Any) -> dict[str, Any]:
    return {}


def _wanted(method: Any, **arguments: Any) -> dict[str, Any]:
    """Return those arguments that a method takes; programs leave out what they do not use."""
    parameters = inspect.signature(method).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return arguments
    return {name: value for name, value in arguments.items() if name in parameters}


def _require_loss(parts: Sequence[Any], penalties: Sequence[Any], *, training: bool) -> None:
    if training and not parts and not penalties:
        raise ConfigurationError(
            "There is nothing to optimize: no output has a loss and no layer adds one. Give `compile` a loss, for "
            "example loss='mse'."
        )


def losses_of(problem: Problem, forward: Forward, batch: Batch) -> list[Any]:
    """Return the loss of each output that has one, from the logits where they are known."""
    parts: list[Any] = []
    for index, term in enumerate(problem.objective.terms):
        target = batch.targets[index]
        if term.loss is None or target is None:
            continue
        loss, output = term.loss, forward.outputs[index]
        logits = forward.run.logits_of(output, loss.logits_of)
        if logits is not None:
            loss, output = loss.with_logits(), logits
        with explained(f"The loss {loss.name!r} of the output {term.name!r}"):
            part = loss.compute(target, output, batch.weights[index], batch.valid, rows=batch.rows)
        if part.ndim:
            raise ConfigurationError(
                f"The loss of the output {term.name!r} gives one value for each row, and training needs their mean; "
                f"received: reduction={loss.reduction!r}. Use reduction='sum_over_batch_size'."
            )
        parts.append(part)
    return parts


def total_loss(
    problem: Problem, parts: Sequence[Array], trained: Sequence[Array], forward: Forward, settings: Any
) -> Array:
    """Return the weighted sum of the losses and every penalty, a scalar."""
    terms = problem.objective.terms
    first = settings.shape[0] - len(terms)
    weighted = [index for index, term in enumerate(terms) if term.loss is not None]
    total = jnp.zeros((), jnp.float32)
    for index, part in zip(weighted, parts, strict=False):
        value = part.astype(jnp.float32)
        total = total + (value if terms[index].weight is None else value * settings[first + index])
    for penalty in (*problem.view.penalties(trained, forward.run.settings), *forward.penalties):
        total = total + jnp.asarray(penalty).astype(jnp.float32)
    return total


def accumulate(problem: Problem, accumulators: Accumulators, passed: Passed, batch: Batch) -> Accumulators:
    """Add one step to the sums of the epoch."""
    objective, loss = problem.objective, passed.loss
    values = [jnp.ones((), jnp.float32), loss]
    if objective.several_losses:
        values.extend(part.astype(jnp.float32) for part in passed.parts)
    sums = accumulators.sums + jnp.stack(values) * batch.rows
    if objective.own is not None:
        return _own_accumulate(problem, objective.own, accumulators, sums, passed, batch)
    return Accumulators(sums, _updated_metrics(objective, accumulators.metrics, passed.shown, batch))


def _own_accumulate(
    problem: Problem,
    own: OwnSteps,
    accumulators: Accumulators,
    sums: Any,
    passed: Passed,
    batch: Batch,
) -> Accumulators:
    objective = problem.objective
    first = objective.first_tracked
    names = [term.name for term in objective.terms]
    compiled = list(accumulators.metrics[:first])
    given: dict[str, Any] = {}

    def update(y: Any, y_pred: Any, sample_weight: Any) -> dict[str, Any]:
        leaves = jax.tree.leaves(y_pred)
        shown = passed.shown if _same(leaves, passed.shown.outputs) else Shown(leaves, [{} for _ in leaves])
        if compiled:
            targets, weights = targets_and_weights(y, sample_weight, names)
            given_batch = batch._replace(targets=targets, weights=weights)
            compiled[:] = _updated_metrics(objective, compiled, shown, given_batch)
        given.update(objective.traced_results(sums, compiled, own))
        return dict(given)

    data = batch_data(problem, own, batch, passed.structure)
    with tracked_states(own, own.states(passed.tracked)) as bound:
        if "compute_metrics" not in own.overrides:
            update(data["y"], data["y_pred"], data["sample_weight"])
            logs = None
        else:
            step = Step(own.model, lambda *_: passed.loss, update)
            with tracing_step(step), explained(f"`compute_metrics` of {type(own.model).__name__}"):
                logs = own.model.compute_metrics(**data)
        tracked = own.states([bound.get(variable, variable.value) for variable in own.variables])
    extra = [] if logs is None else [learn_results(own, logs, given)]
    return Accumulators(sums, [*compiled, *tracked, *extra])


def _same(leaves: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(leaves) == len(others) and all(a is b for a, b in zip(leaves, others, strict=True))


def _updated_metrics(
    objective: Objective, before: Sequence[Arrays], shown: Shown, batch: Batch
) -> list[Arrays]:
    states = iter(before)
    updated: list[Arrays] = []
    for weighted in (False, True):
        for index, term in enumerate(objective.terms):
            target = batch.targets[index]
            for metric in term.weighted_metrics if weighted else term.metrics:
                state = next(states)
                if target is None:
                    updated.append(state)
                    continue
                # From logits a metric needs fewer kernels, and rounds nothing to 0 or 1.
                logits = shown.logits[index].get(metric.logits_of or "")
                reader = metric if logits is None else metric.with_logits()
                output = shown.outputs[index] if logits is None else logits
                weight = _row_weight(batch, index) if weighted else batch.valid
                with explained(f"The metric {metric.name!r} of the output {term.name!r}"):
                    updated.append(reader.update(state, target, output, weight))
    return updated


def _row_weight(batch: Batch, index: int) -> Any:
    weight, valid = batch.weights[index], batch.valid
    if weight is None or valid is None:
        return valid if weight is None else weight
    return weight * valid.reshape(-1, *[1] * (weight.ndim - 1))
