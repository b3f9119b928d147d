"""Metrics written in Keras' manner, seen as pure functions.

The state of such a metric is the values of its variables, numbered in the order of their creation.
``update_state`` and ``result`` run with these values lent to the variables, so that one object can
serve several programs and threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.variable import Variable, binding

if TYPE_CHECKING:
    from ranvier.metrics.base import Metric
    from ranvier.types import Array, Arrays, PartialShape


def init(metric: Metric) -> Arrays:
    """Return the values of a metric's variables after ``reset_state``, as NumPy arrays by number."""
    variables = metric.variables
    with binding(variables, [variable.numpy() for variable in variables]) as bound:
        metric.reset_state()
    return {str(index): np.asarray(bound[variable]) for index, variable in enumerate(variables)}


def update(metric: Metric, state: Arrays, data: Sequence[Any]) -> Arrays:
    """Run a metric's ``update_state`` on a state.

    Args:
        metric: The metric.
        state: The values of its variables by number.
        data: ``y_true``, ``y_pred`` and possibly ``sample_weight``.

    Returns:
        The values afterwards.
    """
    variables = metric.variables
    *arrays, weight = data if len(data) > 2 else (*data, None)
    named = {} if weight is None else {"sample_weight": weight}
    with binding(variables, [state[str(index)] for index in range(len(variables))]) as bound:
        metric.update_state(*arrays, **named)
    # A plain number assigned to a variable is weakly typed, and a loop's state must not change type.
    return {
        str(index): jnp.asarray(bound[variable], dtype=variable.dtype)
        for index, variable in enumerate(variables)
    }


def compute(metric: Metric, state: Arrays) -> Any:
    """Run a metric's ``result`` on a state of concrete arrays.

    Returns:
        A float, an array of floats, or a dict of floats.
    """
    values = [np.asarray(value) for value in state.values()]
    with binding(metric.variables, values), np.errstate(divide="ignore", invalid="ignore"):
        return _plain(metric.result())


def traced_result(metric: Metric, state: Arrays) -> Any:
    """Return a metric's value for a state that is being traced.

    A metric in Keras' manner computes it in the trace; what the host computes is asked of it at run time.
    """
    if metric.keras_manner:
        with binding(metric.variables, list(state.values())):
            return metric.result()

    def on_host(values: Arrays) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = metric.finish({key: np.asarray(value) for key, value in values.items()})
        return jax.tree.map(lambda value: np.asarray(value, np.float32), found)

    empty: Arrays = {key: np.zeros(value.shape, value.dtype) for key, value in state.items()}
    shapes = jax.tree.map(lambda value: jax.ShapeDtypeStruct(value.shape, value.dtype), on_host(empty))
    constant = {key: jax.lax.stop_gradient(value) for key, value in state.items()}
    return jax.pure_callback(on_host, shapes, constant)


def stateless(
    metric: Metric, values: Sequence[Array], method: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]
) -> tuple[Any, list[Array]]:
    """Call a method with values lent to the metric's variables.

    Returns:
        What the method returned, and the values afterwards.

    Raises:
        ConfigurationError: If there is not one value for each variable.
    """
    variables = metric.variables
    if len(values) != len(variables):
        raise ConfigurationError(
            f"`metric_variables` must hold one array for each of the {len(variables)} variables of "
            f"{type(metric).__name__}; received: {len(values)} arrays."
        )
    with binding(variables, list(values)) as bound:
        returned = method(*args, **kwargs)
    return returned, [bound[variable] for variable in variables]


def variables_of(metric: Metric) -> list[Variable]:
    """Return the variables of a metric, and of metrics it holds, in order and each once."""
    return list(dict.fromkeys(_variables_in(vars(metric), {id(metric)})))


def numbered(metric: Metric) -> dict[str, Variable]:
    """Return the variables of a metric by number."""
    return {str(index): variable for index, variable in enumerate(metric.variables)}


def state_of(metric: Metric) -> Arrays:
    """Return the values of the variables of a metric by number."""
    return {number: variable.value for number, variable in numbered(metric).items()}


def create_late_variables(metric: Metric, y_true_shape: PartialShape, y_pred_shape: PartialShape) -> None:
    """Let a metric create the variables that it creates only when it sees data.

    ``update_state`` is traced once on shapes alone. Nothing else is made of that run, so it may fail.

    Args:
        metric: The metric.
        y_true_shape: Shape of the targets.
        y_pred_shape: Shape of the predictions.
    """
    known = metric.variables
    if known and not any(nested.awaits_shapes for nested in _metrics_in(vars(metric), {id(metric)})):
        return
    data = [
        jax.ShapeDtypeStruct(tuple(2 if size is None else size for size in shape), np.float32)
        for shape in (y_true_shape, y_pred_shape)
    ]

    def dry_run(*arrays: Any) -> None:
        metric.update_state(*arrays)

    # Whatever is wrong with the metric shows where it is used.
    with suppress(Exception), binding(known, [variable.value for variable in known]):
        jax.eval_shape(dry_run, *data)
    initial = _initial_values(metric)
    for variable in metric.variables:
        if variable not in set(known):
            variable.assign(initial.get(variable, np.zeros(variable.shape, variable.dtype)))


def _initial_values(metric: Metric) -> dict[Variable, np.ndarray[Any, Any]]:
    values = dict(metric._initial_values)
    for nested in _metrics_in(vars(metric), {id(metric)}):
        values |= nested._initial_values
    return values


def _variables_in(held: Any, seen: set[int]) -> Iterator[Variable]:
    for each in _members(held):
        if isinstance(each, Variable):
            yield each
        elif id(each) not in seen:
            seen.add(id(each))
            if _is_metric(each):
                each._opened()
                yield from _variables_in(vars(each), seen)
            elif isinstance(each, list | tuple | Mapping):
                yield from _variables_in(each, seen)


def _metrics_in(held: Any, seen: set[int]) -> Iterator[Metric]:
    for each in _members(held):
        if id(each) not in seen:
            seen.add(id(each))
            if _is_metric(each):
                yield each
                yield from _metrics_in(vars(each), seen)
            elif isinstance(each, list | tuple | Mapping):
                yield from _metrics_in(each, seen)


def _members(held: Any) -> list[Any]:
    return list(held.values() if isinstance(held, Mapping) else held)


def _is_metric(value: Any) -> bool:
    # The class itself cannot be imported here: it imports this module.
    return hasattr(value, "_own_variables") and hasattr(value, "update_state")


def _plain(result: Any) -> Any:
    if isinstance(result, Mapping):
        return {key: _plain(value) for key, value in result.items()}
    array = np.asarray(result)
    return float(array) if array.ndim == 0 else array
