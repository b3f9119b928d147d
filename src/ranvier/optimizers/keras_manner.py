"""Optimizers written in Keras' manner: ``build`` adds variables, ``update_step`` assigns to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from ranvier.errors import NotBuiltError, UnsupportedError
from ranvier.optimizers.pipeline import OptimizerState, Scalars, numbers_for
from ranvier.variable import Variable, binding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.optimizers.base import Optimizer
    from ranvier.types import Array

OWN = "own"
"""The slot that holds the variables which a user's optimizer added, in the order of adding."""


def first_value(shape: Sequence[int], initializer: Any, dtype: Any) -> Array:
    """Return the first value of an optimizer's variable.

    Args:
        shape: Its shape.
        initializer: ``"zeros"``, ``"ones"``, a number, or a function of shape and dtype.
        dtype: Its dtype.

    Raises:
        UnsupportedError: For any other initializer.
    """
    if callable(initializer):
        return np.asarray(initializer(tuple(shape), dtype=dtype))
    filling = {"zeros": 0.0, "ones": 1.0}.get(initializer, initializer) if initializer else 0.0
    if isinstance(filling, str):
        raise UnsupportedError(
            f"The variables of an optimizer start from 'zeros', 'ones', a number, or an initializer object; "
            f"received: {initializer!r}. Pass the initializer itself."
        )
    return np.full(tuple(shape), filling, dtype=np.dtype(dtype))


def step_in_keras_manner(
    optimizer: Optimizer,
    gradients: Sequence[Array],
    params: Sequence[Array],
    state: OptimizerState,
    scalars: Scalars,
) -> tuple[list[Array], OptimizerState]:
    """Run a user's ``update_step`` for every variable, on values that are lent to the variables.

    Args:
        optimizer: A built optimizer that overrides ``update_step``.
        gradients: One for each variable the optimizer was built with.
        params: The values of those variables, already decayed.
        state: Its own variables' values, under the slot ``"own"``.
        scalars: ``"learning_rate"`` and ``"iteration"``.

    Raises:
        NotBuiltError: If the optimizer was not built.
        UnsupportedError: If it is not given all variables at once.
    """
    variables = optimizer.model_variables
    if not optimizer.built:
        raise NotBuiltError("An optimizer with its own `update_step` must be built with `build(variables)`.")
    if len(variables) != len(params):
        raise UnsupportedError(
            f"An optimizer with its own `update_step` updates all of its {len(variables)} variables at once; "
            f"received: {len(params)}."
        )
    own = optimizer.own_variables
    iteration = jnp.asarray(scalars["iteration"]).astype("int32")
    rate = jnp.asarray(scalars["learning_rate"], dtype="float32")
    boxes: list[Variable] = [*variables, *own, optimizer.iteration_variable, optimizer.rate_variable]
    with binding(boxes, [*params, *state.get(OWN, []), iteration, rate]) as bound:
        for gradient, variable in zip(gradients, variables, strict=True):
            optimizer.update_step(gradient, variable, numbers_for({"rate": rate}, variable.dtype)["rate"])
    new_state = {OWN: [bound[variable] for variable in own]} if own else {}
    return [bound[variable] for variable in variables], new_state
