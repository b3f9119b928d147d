"""What every activation does with its argument before the formula."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from ranvier.errors import ShapeError
from ranvier.functions.casting import as_floats
from ranvier.symbolic import Operation, call_symbolically, is_symbolic

if TYPE_CHECKING:
    from collections.abc import Callable

    import jax

    from ranvier.types import ArrayLike

P = ParamSpec("P")


def activation(
    function: Callable[Concatenate[jax.Array, P], jax.Array],
) -> Callable[Concatenate[ArrayLike, P], jax.Array]:
    """Let a formula take anything that can become an array of floats.

    Integers, booleans and lists become float32 arrays. A symbolic tensor of a functional network
    yields another one, and the call is recorded as a step of that network.

    Args:
        function: The formula; its first argument is an array of floats.

    Returns:
        A function of the same name and arguments.
    """

    @functools.wraps(function)
    def taking_anything(x: ArrayLike, *args: P.args, **kwargs: P.kwargs) -> jax.Array:
        if is_symbolic(x):
            operation = Operation(taking_anything, function.__name__)
            return call_symbolically(operation, (x, *args), kwargs)  # type: ignore[no-any-return]
        return function(as_floats(x), *args, **kwargs)

    return taking_anything  # type: ignore[return-value]  # `x` may also be given by its name


def checked_axis(x: jax.Array, axis: int, name: str) -> int:
    """Return ``axis`` counted from the front.

    Raises:
        ShapeError: If the array has no such axis.
    """
    if not -x.ndim <= axis < x.ndim:
        raise ShapeError(
            f"`{name}` works along axis {axis}, which an array of shape {tuple(x.shape)} does not have."
        )
    return axis % x.ndim
