"""Models whose class takes whole steps itself: ``train_step`` and ``test_step`` as Keras has them on JAX.

Such a step takes all values and returns them: the weights, the optimizer's variables, those of the metrics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.forward_pass import ForwardPass, forward_pass, new_key
from ranvier.random import next_seed
from ranvier.tracing import explained
from ranvier.training.own_steps import OwnSteps, scalar_loss
from ranvier.training.problem import Accumulators, Batch, Problem, TrainingState
from ranvier.training.step import batch_data
from ranvier.types import Array, Arrays
from ranvier.variable import binding


def takes_whole_steps(problem: Problem, *, training: bool) -> bool:
    """Tell whether the model's class overrides ``train_step``, or ``test_step``."""
    own = problem.objective.own
    return own is not None and own.takes_steps(training=training)


def own_training_step(
    problem: Problem, state: TrainingState, batch: Batch, run: ForwardPass
) -> tuple[TrainingState, Array]:
    """Let the model take a step of training; arguments and result as of ``training_step``."""
    own, optimizer, packing = problem.objective.own, problem.optimizer, problem.packing
    assert own is not None
    assert optimizer is not None
    model = own.model
    count = len(model.non_trainable_variables)
    slots = {
        name: packing.unpack(values) if _packed(values, state, problem) else list(values)
        for name, values in state.slots.items()
    }
    boxes = optimizer.slot_boxes
    values = {
        id(box): value
        for slot, listed in slots.items()
        for box, value in zip(boxes[slot], listed, strict=True)
    }
    values[id(optimizer.iteration_variable)] = jnp.asarray(run.step, jnp.int32)
    # A callback may set the rate while the program is kept.
    values[id(optimizer.rate_variable)] = jax.pure_callback(
        lambda: np.float32(optimizer.rate_variable._value), jax.ShapeDtypeStruct((), np.float32)
    )
    before = (
        packing.unpack(state.params),
        list(state.held[:count]),
        [values[id(variable)] for variable in optimizer.variables],
        _metric_values(problem, state.accumulators),
    )
    logs, after = _taken(own, "train_step", before, _data(problem, own, batch))
    values.update(zip(map(id, optimizer.variables), after[2], strict=True))
    for slot, listed in slots.items():
        listed[:] = [
            jnp.asarray(values[id(box)]).astype(value.dtype)
            for box, value in zip(boxes[slot], listed, strict=True)
        ]
    accumulators, loss = _accumulated(problem, own, state.accumulators, logs, after[3], batch, training=True)
    following = TrainingState(
        list(packing.pack([jnp.asarray(value) for value in after[0]])),
        [*after[1], *state.held[count:]],
        {
            name: packing.pack(slots[name]) if _packed(values_before, state, problem) else slots[name]
            for name, values_before in state.slots.items()
        },
        accumulators,
    )
    return following, loss


def own_evaluation_step(
    problem: Problem,
    params: Sequence[Array],
    held: Sequence[Array],
    accumulators: Accumulators,
    batch: Batch,
) -> Accumulators:
    """Let the model take a step of evaluation; arguments and result as of ``evaluation_step``."""
    own = problem.objective.own
    assert own is not None
    count = len(own.model.non_trainable_variables)
    before = (problem.packing.unpack(params), list(held[:count]), _metric_values(problem, accumulators))
    logs, after = _taken(own, "test_step", before, _data(problem, own, batch))
    return _accumulated(problem, own, accumulators, logs, after[2], batch, training=False)[0]


def _taken(own: OwnSteps, method: str, state: tuple[Any, ...], data: Any) -> tuple[Any, Any]:
    subject = f"`{method}` of {type(own.model).__name__}"
    with explained(subject):
        returned = getattr(own.model, method)(state, data)
    logs, after = returned if isinstance(returned, tuple) and len(returned) == 2 else (None, None)
    fits = (
        isinstance(logs, Mapping)
        and isinstance(after, tuple | list)
        and [len(part) for part in after] == [len(part) for part in state]
    )
    if not fits:
        raise ConfigurationError(
            f"{subject} must return results by name and the new state, of as many arrays as the old one; received: "
            f"{type(returned).__name__}. Write `return logs, state`."
        )
    return logs, after


def _packed(values: Sequence[Any], state: TrainingState, problem: Problem) -> bool:
    return len(values) == len(state.params) and bool(problem.view.trained)


def _data(problem: Problem, own: OwnSteps, batch: Batch) -> tuple[Any, ...]:
    """Return a batch as Keras hands it to a step: without what the user did not give."""
    given = batch_data(problem, own, batch, None)
    data = (given["x"], given["y"], given["sample_weight"])
    last = max(index for index in range(3) if index == 0 or data[index] is not None)
    return data[: last + 1]


def _metric_states(problem: Problem, accumulators: Accumulators) -> dict[int, Arrays]:
    own = problem.objective.own
    assert own is not None
    assert accumulators.steps is not None
    states = {
        id(metric): state
        for metric, state in zip(problem.objective.metrics, accumulators.metrics, strict=False)
    }
    return {**states, id(own.loss_metric): accumulators.steps["loss"]}


def _metric_values(problem: Problem, accumulators: Accumulators) -> list[Any]:
    own = problem.objective.own
    assert own is not None
    states = _metric_states(problem, accumulators)
    unknown = [metric.name for metric in own.model.metrics if id(metric) not in states]
    if unknown:
        raise ConfigurationError(
            f"The property `metrics` of {type(own.model).__name__} must list metrics that the model keeps as "
            f"attributes or was compiled with; received also: {unknown}."
        )
    return [states[id(metric)][key] for metric in own.model.metrics for key in metric.read_state()]


def _accumulated(
    problem: Problem,
    own: OwnSteps,
    accumulators: Accumulators,
    logs: Mapping[str, Any],
    metric_values: Sequence[Any],
    batch: Batch,
    *,
    training: bool,
) -> tuple[Accumulators, Array]:
    states, remaining = _metric_states(problem, accumulators), iter(metric_values)
    for metric in own.model.metrics:
        state = states[id(metric)]
        states[id(metric)] = {
            key: jnp.asarray(next(remaining)).astype(state[key].dtype) for key in metric.read_state()
        }
    shown: Arrays = {str(name): jnp.asarray(value, jnp.float32) for name, value in logs.items()}
    own.logs[training] = {name: np.zeros(value.shape, np.float32) for name, value in shown.items()}
    loss = scalar_loss(own.model, logs.get("loss", 0.0))
    sums = accumulators.sums.at[0].add(batch.rows) if hasattr(accumulators.sums, "at") else accumulators.sums
    listed = [states[id(metric)] for metric in problem.objective.metrics]
    return Accumulators(sums, listed, {"logs": shown, "loss": states[id(own.loss_metric)]}), loss


def default_train_step(model: Any, compiled_loss: Any, state: Any, data: Any) -> tuple[Any, Any]:
    """Take the step that ``fit`` would take, on a state of ``train_step``; see :meth:`Model.train_step`."""
    trained, held, optimizer_values, metric_values = state

    def loss_of(values: Any) -> Any:
        found = _passed(model, compiled_loss, values, held, metric_values, data, training=True)
        return found[0], found

    (loss, (_, outputs, held, metric_values)), gradients = jax.value_and_grad(loss_of, has_aux=True)(trained)
    trained, optimizer_values = model.optimizer.stateless_apply(optimizer_values, gradients, trained)
    logs, metric_values = _measured(model, metric_values, loss, outputs, data)
    return logs, (trained, held, optimizer_values, metric_values)


def default_test_step(model: Any, compiled_loss: Any, state: Any, data: Any) -> tuple[Any, Any]:
    """Take the step that ``evaluate`` would take, on a state of ``test_step``; see :meth:`Model.test_step`."""
    trained, held, metric_values = state
    loss, outputs, held, metric_values = _passed(
        model, compiled_loss, trained, held, metric_values, data, training=False
    )
    logs, metric_values = _measured(model, metric_values, loss, outputs, data)
    return logs, (trained, held, metric_values)


def _parts(data: Any) -> tuple[Any, Any, Any]:
    x, y, weight = (*data, None, None)[:3] if isinstance(data, tuple | list) else (data, None, None)
    return x, y, weight


def _passed(
    model: Any, compiled_loss: Any, trained: Any, held: Any, metric_values: Any, data: Any, *, training: bool
) -> tuple[Any, Any, Any, Any]:
    x, y, weight = _parts(data)
    metrics = model.metrics_variables
    variables = [*model.trainable_variables, *model.non_trainable_variables, *metrics]
    run = ForwardPass(key=jax.random.fold_in(new_key(next_seed()), _noise(trained)))
    with forward_pass(run), binding(variables, [*trained, *held, *metric_values]) as bound:
        outputs = model(x, training=training)
        loss = scalar_loss(model, compiled_loss(x=x, y=y, y_pred=outputs, sample_weight=weight))
        new_held = [bound[variable] for variable in model.non_trainable_variables]
        new_metrics = [bound[variable] for variable in metrics]
    return loss, outputs, new_held, new_metrics


def _noise(trained: Sequence[Any]) -> Any:
    """Return whole numbers that differ from step to step, since the weights do."""
    total = sum((jnp.sum(jax.lax.stop_gradient(value)) for value in trained[:1]), jnp.float32(0))
    return jax.lax.bitcast_convert_type(jnp.asarray(total, jnp.float32), jnp.uint32)


def _measured(model: Any, metric_values: Any, loss: Any, outputs: Any, data: Any) -> tuple[Any, list[Any]]:
    x, y, weight = _parts(data)
    rows = jnp.float32(jax.tree.leaves(x)[0].shape[0])
    compiled = model.compiled_metrics_of_outputs()
    remaining, updated, logs = iter(metric_values), [], {}
    for metric in model.metrics:
        values = [next(remaining) for _ in metric.variables]
        if metric is model._loss_metric:
            values = metric.stateless_update_state(values, loss, rows)
        elif id(metric) in compiled:
            index, weighted = compiled[id(metric)]
            target = y if index is None else jax.tree.leaves(y)[index]
            output = outputs if index is None else jax.tree.leaves(outputs)[index]
            values = metric.stateless_update_state(values, target, output, *([weight] if weighted else []))
        logs[metric.name] = metric.stateless_result(values)
        updated.extend(values)
    return logs, updated
