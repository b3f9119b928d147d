"""Applying gradients to variables outside of ``fit``: the loops that users write themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier import notices
from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError, UnsupportedError
from ranvier.variable import Variable, binding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ranvier.optimizers.base import Optimizer


def apply(
    optimizer: Optimizer, gradients: Sequence[Any], variables: Iterable[Variable] | None = None
) -> None:
    """Move variables by their gradients, once; see :meth:`Optimizer.apply`."""
    if len(gradients) == 0:
        return
    chosen = _variables(optimizer, gradients, variables)
    positions = _positions(optimizer, chosen)
    pairs = [(g, v, p) for g, v, p in zip(gradients, chosen, positions, strict=True) if g is not None]
    _report_missing(gradients, chosen)
    if optimizer.use_ema and len(pairs) != len(optimizer.model_variables):
        raise UnsupportedError(
            f"With use_ema=True all {len(optimizer.model_variables)} variables are updated together; "
            f"received gradients for {len(pairs)}."
        )
    whole = optimizer.read_state()
    aligned = set(optimizer.slot_names)
    state = {
        slot: [values[position] for _, _, position in pairs] if slot in aligned else values
        for slot, values in whole.items()
    }
    first = optimizer.step_count
    scalars = {name: column[0] for name, column in optimizer.scalars(first, 1).items()}
    moving = [variable for _, variable, _ in pairs]
    run = optimizer.program(tuple(optimizer.groups(moving)))
    values, new_state = run(
        [np.asarray(g) if isinstance(g, list | float | int) else g for g, _, _ in pairs],
        state,
        [variable.value for variable in moving],
        scalars,
    )
    for slot, new_values in new_state.items():
        if slot in aligned:
            for (_, _, position), value in zip(pairs, new_values, strict=True):
                whole[slot][position] = value
        else:
            whole[slot] = new_values
    optimizer.write_state(whole, first + 1)
    for variable, value in zip(moving, values, strict=True):
        variable.assign(value)
        if variable.constraint is not None:
            variable.assign(variable.constraint(variable.value))


def stateless_apply(
    optimizer: Optimizer,
    optimizer_variables: Sequence[Any],
    gradients: Sequence[Any],
    trainable_variables: Sequence[Any],
) -> tuple[list[Any], list[Any]]:
    """Return moved values and the optimizer's next state; see :meth:`Optimizer.stateless_apply`."""
    if not optimizer.built:
        raise NotBuiltError(
            f"The optimizer {optimizer.name!r} has no state yet; call `build(variables)` first, outside of what is "
            "traced."
        )
    boxes, trained = optimizer.variables, optimizer.model_variables
    for name, received, expected in (
        ("optimizer_variables", optimizer_variables, boxes),
        ("grads", gradients, trained),
        ("trainable_variables", trainable_variables, trained),
    ):
        if len(received) != len(expected):
            raise ShapeError(
                f"`{name}` must hold one array for each of the {len(expected)} variables; received: {len(received)}."
            )
    with binding(boxes, list(optimizer_variables)) as bound:
        steps, rate = optimizer.iteration_variable, optimizer.rate_variable
        scalars = _scalars(optimizer, steps.value, rate.value)
        values, state = optimizer.update(
            [_plain(gradient) for gradient in gradients],
            optimizer.read_state(),
            [_plain(value) for value in trainable_variables],
            scalars,
            list(optimizer.groups(trained)),
        )
        optimizer.write_slots(state)
        bound[steps] = jnp.asarray(bound[steps]) + 1
        following = [bound[box] for box in boxes]
    projected = [
        value if variable.constraint is None else variable.constraint(value)
        for variable, value in zip(trained, values, strict=True)
    ]
    return projected, following


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Variable) else value


def _scalars(optimizer: Optimizer, steps: Any, rate: Any) -> dict[str, Any]:
    """Return the numbers of a step; where its number is traced, the host computes them at run time."""
    if not any(isinstance(value, jax.core.Tracer) for value in (steps, rate)):
        return {name: column[0] for name, column in optimizer.scalars(int(steps), 1).items()}

    def on_host(first: Any, learning_rate: Any) -> list[Any]:
        with binding([optimizer.rate_variable], [np.asarray(learning_rate)]):
            return [np.float32(column[0]) for column in optimizer.scalars(int(first), 1).values()]

    names = optimizer.scalar_names()
    shapes = [jax.ShapeDtypeStruct((), np.float32)] * len(names)
    return dict(zip(names, jax.pure_callback(on_host, shapes, steps, rate), strict=True))


def program(
    optimizer: Optimizer, decays: tuple[int, ...], programs: dict[Any, Callable[..., Any]]
) -> Callable[..., Any]:
    """Return the compiled update of an optimizer, kept in ``programs`` by its structure."""
    key = (optimizer.structure(), decays)
    if key not in programs:
        programs[key] = jax.jit(partial(optimizer.update, decays=decays))
    return programs[key]


def set_weights(optimizer: Optimizer, weights: Sequence[Any]) -> None:
    """Replace the values of an optimizer's variables, in their order.

    Raises:
        NotBuiltError: Before ``build``.
        ShapeError: If there are more or fewer, or one has another shape; nothing is changed then.
    """
    if not optimizer.built:
        raise NotBuiltError(
            f"The optimizer {optimizer.name!r} has no weights yet; call `build(variables)` first."
        )
    variables = optimizer.variables
    shapes = [np.shape(weight) for weight in weights]
    if len(weights) != len(variables):
        raise ShapeError(
            f"The optimizer {optimizer.name!r} has {len(variables)} weights; received: {len(weights)}."
        )
    for variable, shape in zip(variables, shapes, strict=True):
        if shape != variable.shape:
            raise ShapeError(
                f"The optimizer's variable {variable.path!r} has shape {variable.shape}; received: {shape}."
            )
    for variable, weight in zip(variables, weights, strict=True):
        variable.assign(weight)


def _variables(
    optimizer: Optimizer, gradients: Sequence[Any], variables: Iterable[Variable] | None
) -> list[Variable]:
    if variables is None:
        if not optimizer.built:
            raise NotBuiltError(
                "Gradients without variables need a built optimizer; call `build(variables)` first, "
                "or hand over the variables too."
            )
        chosen = optimizer.model_variables
    else:
        chosen = list(variables)
        if not optimizer.built:
            optimizer.build(chosen)
    if len(gradients) != len(chosen):
        raise ShapeError(
            f"One gradient is needed for each variable; "
            f"received: {len(gradients)} gradients for {len(chosen)} variables."
        )
    return chosen


def _positions(optimizer: Optimizer, variables: Sequence[Variable]) -> list[int]:
    known = {id(variable): position for position, variable in enumerate(optimizer.model_variables)}
    for variable in variables:
        if id(variable) not in known:
            raise ConfigurationError(
                f"The optimizer {optimizer.name!r} was built without this variable; received: "
                f"{variable.path!r}. Use a new optimizer for a new set of variables."
            )
    return [known[id(variable)] for variable in variables]


def _report_missing(gradients: Sequence[Any], variables: Sequence[Variable]) -> None:
    missing = [v.path for g, v in zip(gradients, variables, strict=True) if g is None]
    if len(missing) == len(gradients):
        raise ConfigurationError("No variable has a gradient; received: None for all of them.")
    if missing:
        notices.warn(f"No gradient came for the variables {missing}; they stay as they are.")
