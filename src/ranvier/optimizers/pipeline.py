"""The traced update around every rule: unscaling, accumulation, clipping, decay, moving average.

The order is Keras': gradients are unscaled, then accumulated, then clipped; weights decay before the
rule moves them; the moving average sees the result. Every function here is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import jax.numpy as jnp
import numpy as np

from ranvier.errors import ShapeError
from ranvier.functions.updates import clip_by_global_norm, clip_by_norm, interpolate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ranvier.optimizers.base import Optimizer
    from ranvier.types import Array

OptimizerState: TypeAlias = "dict[str, list[Array]]"
"""What an optimizer remembers: slot name to one array for each parameter."""

Scalars: TypeAlias = "Mapping[str, Any]"
"""The numbers of one step by name, float32 without axes."""

AVERAGE = "average"
ACCUMULATOR = "gradient_accumulator"
SHARED_SLOTS = (AVERAGE, ACCUMULATOR)


def shared_slots(optimizer: Optimizer, params: Sequence[Any]) -> OptimizerState:
    """Return the first values of the slots that the options of every optimizer need."""
    names = [AVERAGE] if optimizer.use_ema else []
    names += [ACCUMULATOR] if optimizer.gradient_accumulation_steps else []
    return {name: [np.zeros(param.shape, param.dtype) for param in params] for name in names}


def shared_columns(
    optimizer: Optimizer, learning_rates: np.ndarray[Any, Any], steps: np.ndarray[Any, Any]
) -> dict[str, Any]:
    """Return the numbers that the options of every optimizer need, by name and step.

    Args:
        optimizer: Whose options.
        learning_rates: One for each step, shape (count,).
        steps: The numbers of steps taken before each, integers of shape (count,).
    """
    columns: dict[str, Any] = {}
    updates = steps
    clip = optimizer.clipnorm or optimizer.global_clipnorm or optimizer.clipvalue
    if clip is not None:
        columns["clip"] = clip
    if optimizer.weight_decay is not None:
        columns["decay"] = learning_rates * optimizer.weight_decay
    if optimizer.loss_scale_factor is not None:
        columns["loss_scale"] = optimizer.loss_scale_factor
    if optimizer.gradient_accumulation_steps:
        length = optimizer.gradient_accumulation_steps
        updates = steps // length
        columns["accumulation_share"] = 1.0 / length
        columns["accumulation_ends"] = (steps + 1) % length == 0
    if optimizer.use_ema:
        # Before the first update has been counted the average is the weight itself.
        columns["average_share"] = np.where(updates == 0, 1.0, 1.0 - optimizer.ema_momentum)
        if optimizer.ema_overwrite_frequency is not None:
            columns["average_overwrites"] = (updates + 1) % optimizer.ema_overwrite_frequency == 0
    return columns


def numbers_for(scalars: Scalars, dtype: Any) -> dict[str, Any]:
    """Return the numbers of a step in the dtype of a parameter, so that nothing is promoted."""
    return {name: jnp.asarray(value, dtype=dtype) for name, value in scalars.items()}


def updated(
    optimizer: Optimizer,
    gradients: Sequence[Array],
    state: OptimizerState,
    params: Sequence[Array],
    scalars: Scalars,
    decays: Sequence[int] | None,
) -> tuple[list[Array], OptimizerState]:
    """Compute one step of an optimizer; see :meth:`Optimizer.update`."""
    check_shapes(optimizer, gradients, state, params, decays)
    incoming: list[Array] = [
        gradient.astype(param.dtype) for gradient, param in zip(gradients, params, strict=True)
    ]
    if optimizer.loss_scale_factor is not None:
        incoming = [gradient / _as(scalars["loss_scale"], gradient) for gradient in incoming]
    own = {name: values for name, values in state.items() if name not in SHARED_SLOTS}
    if optimizer.gradient_accumulation_steps:
        sums = [total + new for total, new in zip(state[ACCUMULATOR], incoming, strict=True)]
        means = [total * _as(scalars["accumulation_share"], total) for total in sums]
        moved, own_moved = _moved(optimizer, means, own, params, scalars, decays)
        ends = scalars["accumulation_ends"] > 0.5
        new_params = _chosen(ends, moved, params)
        new_state = {name: _chosen(ends, own_moved[name], own[name]) for name in own_moved}
        new_state[ACCUMULATOR] = [jnp.where(ends, jnp.zeros_like(total), total) for total in sums]
    else:
        new_params, new_state = _moved(optimizer, incoming, own, params, scalars, decays)
    if optimizer.use_ema:
        new_params, new_state[AVERAGE] = _averaged(optimizer, new_params, state[AVERAGE], scalars)
    return new_params, {name: new_state[name] for name in state}


def _moved(
    optimizer: Optimizer,
    gradients: list[Array],
    state: OptimizerState,
    params: Sequence[Array],
    scalars: Scalars,
    decays: Sequence[int] | None,
) -> tuple[list[Array], OptimizerState]:
    if optimizer.clipnorm is not None:
        gradients = [clip_by_norm(gradient, _as(scalars["clip"], gradient)) for gradient in gradients]
    elif optimizer.global_clipnorm is not None:
        gradients = clip_by_global_norm(gradients, scalars["clip"])
    elif optimizer.clipvalue is not None:
        limits = [_as(scalars["clip"], gradient) for gradient in gradients]
        gradients = [jnp.clip(g, -limit, limit) for g, limit in zip(gradients, limits, strict=True)]
    return optimizer.step_all(gradients, params, state, scalars, decays)


def _averaged(
    optimizer: Optimizer, params: list[Array], averages: list[Array], scalars: Scalars
) -> tuple[list[Array], list[Array]]:
    new_averages = [
        interpolate(average, param, _as(scalars["average_share"], param))
        for average, param in zip(averages, params, strict=True)
    ]
    if optimizer.ema_overwrite_frequency is None:
        return params, new_averages
    return _chosen(scalars["average_overwrites"] > 0.5, new_averages, params), new_averages


def _as(scalar: Any, like: Array) -> Any:
    return jnp.asarray(scalar, dtype=like.dtype)


def _chosen(condition: Any, new: Sequence[Array], old: Sequence[Array]) -> list[Array]:
    return [jnp.where(condition, after, before) for after, before in zip(new, old, strict=True)]


def check_shapes(
    optimizer: Optimizer,
    gradients: Sequence[Array],
    state: OptimizerState,
    params: Sequence[Array],
    decays: Sequence[int] | None,
) -> None:
    """Raise if gradients or slots do not fit the parameters; costs nothing in a compiled program.

    Raises:
        ShapeError: With the position and both shapes.
    """
    lists = {"gradients": gradients, **({} if decays is None else {"decays": decays})}
    lists |= {f"the slot {name!r}": state[name] for name in state if name in optimizer.slot_names}
    for what, values in lists.items():
        if len(values) != len(params):
            raise ShapeError(
                f"An optimizer needs one entry for each parameter; "
                f"received: {len(params)} parameters and {len(values)} entries in {what}."
            )
    alike = {"The gradient": gradients}
    if optimizer.rule_is_elementwise:
        alike |= {f"The slot {name!r}": state[name] for name in state if name in optimizer.slot_names}
    for what, values in alike.items():
        for position, (value, param) in enumerate(zip(values, params, strict=True)):
            if tuple(value.shape) != tuple(param.shape):
                raise ShapeError(
                    f"{what} of the parameter at position {position} must have its shape "
                    f"{tuple(param.shape)}; received: {tuple(value.shape)}."
                )
