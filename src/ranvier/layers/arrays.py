"""What goes into a layer and what comes out, in arrays of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError, DataTypeError
from ranvier.variable import Variable


def as_inputs(
    args: tuple[Any, ...], kwargs: dict[str, Any], dtype: str, name: str
) -> tuple[Any, dict[str, Any]]:
    """Bring the arguments of a layer into arrays of the engine, floats into its dtype.

    Args:
        args: Positional arguments: arrays of any library, structures of them, nested lists of numbers.
        kwargs: Named arguments.
        dtype: The layer's dtype.
        name: The layer's name, for messages.

    Raises:
        ConfigurationError: If there are no inputs.
        DataTypeError: If an array holds no numbers.
    """
    if all(each is None for each in (*args, *kwargs.values())):
        raise ConfigurationError(
            f"The layer {name!r} must be called on arrays; received: {'None' if args else 'none'}."
        )

    def convert(leaf: Any) -> Any:
        if not isinstance(leaf, jax.Array):
            if not isinstance(leaf, np.ndarray | np.number) and not hasattr(leaf, "__array__"):
                return leaf
            leaf = _numbers(leaf, name)
        if jnp.issubdtype(leaf.dtype, jnp.floating) and leaf.dtype != dtype:
            return leaf.astype(dtype)
        return leaf

    if args and isinstance(args[0], list | tuple) and _only_numbers(args[0]):
        args = (np.asarray(args[0]), *args[1:])
    converted: tuple[Any, dict[str, Any]] = jax.tree.map(convert, (args, kwargs))
    return converted


def _numbers(leaf: Any, name: str) -> jax.Array:
    array = np.asarray(leaf)
    if array.dtype.kind in "OSUMmV" and str(array.dtype) != "bfloat16":
        raise DataTypeError(f"The layer {name!r} takes arrays of numbers; received dtype: {array.dtype}.")
    return jnp.asarray(array)


def _only_numbers(values: Any) -> bool:
    """Tell whether nested lists hold plain numbers and nothing else."""
    leaves = jax.tree.leaves(values)
    return bool(leaves) and all(isinstance(leaf, int | float) for leaf in leaves)


def checked_outputs(layer: Any, outputs: Any) -> Any:
    """Return what a user's ``call`` returned, or refuse it if it is no array of the engine.

    A weight stands for its value.

    Args:
        layer: The layer.
        outputs: What its ``call`` returned.

    Raises:
        ConfigurationError: If there is something else in it, such as None or a NumPy array.
    """
    leaves = jax.tree.leaves(outputs, is_leaf=lambda value: value is None)
    for leaf in leaves:
        if not isinstance(leaf, jax.Array | Variable):
            received = "None" if leaf is None else f"a {type(leaf).__module__}.{type(leaf).__name__}"
            raise ConfigurationError(
                f"`call` of the layer {layer.name!r} ({type(layer).__name__}) must return arrays computed "
                f"with `ranvier.ops` or `jax.numpy`; received: {received}."
            )
    if not any(isinstance(leaf, Variable) for leaf in leaves):
        return outputs
    return jax.tree.map(lambda leaf: jnp.asarray(leaf.value) if isinstance(leaf, Variable) else leaf, outputs)


@contextmanager
def explained(layer: Any) -> Iterator[None]:
    """Say what to do where a user's ``call`` needs a value that is not known while tracing.

    Args:
        layer: The layer that is called.

    Raises:
        ConfigurationError: In place of the engine's own errors of this kind.
    """
    try:
        yield
    except (
        jax.errors.TracerArrayConversionError,
        jax.errors.TracerBoolConversionError,
        jax.errors.ConcretizationTypeError,
    ) as error:
        raise ConfigurationError(
            f"The layer {layer.name!r} ({type(layer).__name__}) used an array of the compiled program as a "
            "number, in an `if`, or in a NumPy function; its values are not known yet at that point. Use "
            "functions of `ranvier.ops` (for example `ops.where`), or `compile(run_eagerly=True)` to debug."
        ) from error
    except ValueError as error:
        if "__jax_array__" not in str(error):
            raise
        raise ConfigurationError(
            f"The layer {layer.name!r} ({type(layer).__name__}) gave a weight to a function of `jax.numpy`, which "
            "takes arrays only. Use the function of that name in `ranvier.ops`, or hand over `weight.value`."
        ) from error
