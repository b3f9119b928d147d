"""A layer called on weights that are handed over, for loops that users trace themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import NotBuiltError, ShapeError
from ranvier.forward_pass import ForwardPass, forward_pass, new_key
from ranvier.random import next_seed
from ranvier.variable import Variable, binding


def call(
    layer: Any,
    trainable: Sequence[Any],
    non_trainable: Sequence[Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    *,
    return_losses: bool,
) -> tuple[Any, ...]:
    """Call a layer on given weights; see :meth:`Layer.stateless_call`."""
    if not layer.built:
        raise NotBuiltError(
            f"The layer {layer.name!r} has no weights yet. Build it first: call it on data, or "
            "`build(input_shape)`."
        )
    own = (layer.trainable_variables, layer.non_trainable_variables)
    for name, received, expected in zip(
        ("trainable_variables", "non_trainable_variables"), (trainable, non_trainable), own, strict=True
    ):
        if len(received) != len(expected):
            raise ShapeError(
                f"`{name}` must hold one array for each of the {len(expected)} variables of {layer.name!r}; received: "
                f"{len(received)}."
            )
    values = [each.value if isinstance(each, Variable) else each for each in (*trainable, *non_trainable)]
    run = ForwardPass(key=_key(values))
    with forward_pass(run), binding([*own[0], *own[1]], values) as bound:
        outputs = layer(*args, **kwargs)
        held = [bound[variable] for variable in own[1]]
        losses = layer.losses if return_losses else []
    return (outputs, held, losses) if return_losses else (outputs, held)


def _key(values: Sequence[Any]) -> Any:
    """Return a key for the pass; in a program that is run again and again, the weights make it another each time."""
    key = new_key(next_seed())
    traced = [value for value in values if isinstance(value, jax.core.Tracer)]
    floats = [value for value in traced if jnp.issubdtype(value.dtype, jnp.floating) and value.size]
    if not floats:
        return key
    total = jnp.asarray(jax.lax.stop_gradient(floats[0]), jnp.float32).sum()
    return jax.random.fold_in(key, jax.lax.bitcast_convert_type(total, jnp.uint32))
