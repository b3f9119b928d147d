"""Operations on arrays as such, and control flow that can be compiled."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.ops.dtypes import as_tensor, engine_dtype, plain
from ranvier.ops.operation import OPERATIONS, Tensor, operation
from ranvier.symbolic import SymbolicTensor
from ranvier.variable import Variable


def _plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    """List a function that also answers for a symbolic tensor, without a step in the network."""
    OPERATIONS[function.__name__] = function
    return function


@_plainly
def convert_to_tensor(
    x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None
) -> Any:
    """An array of the engine, in a dtype if one is named."""
    if sparse or ragged:
        raise UnsupportedError("Sparse and ragged tensors are not offered; give dense arrays.")
    if isinstance(x, SymbolicTensor):
        return x if dtype is None or x.dtype == str(engine_dtype(dtype)) else OPERATIONS["cast"](x, dtype)
    array = as_tensor(x)
    wanted = array.dtype if dtype is None else engine_dtype(dtype)
    return array if array.dtype == wanted else array.astype(wanted)


@_plainly
def convert_to_numpy(x: Any) -> np.ndarray[Any, Any]:
    """A NumPy array."""
    return np.array(plain(x))


@_plainly
def is_tensor(x: Any) -> bool:
    """Whether a value is an array of the engine."""
    return isinstance(x, jax.Array)


@_plainly
def shape(x: Any) -> tuple[int | None, ...]:
    """The sizes of the axes, None where a symbolic tensor's is not known."""
    return tuple(x.shape) if hasattr(x, "shape") else tuple(as_tensor(x).shape)


@_plainly
def dtype(x: Any) -> str:
    """The name of the dtype."""
    return str(x.dtype) if hasattr(x, "dtype") else str(as_tensor(x).dtype)


@operation
def stop_gradient(variable: Tensor) -> Tensor:
    """The value, seen as a constant by derivatives."""
    return jax.lax.stop_gradient(variable)


@operation
def scatter(indices: Tensor, values: Tensor, shape: Any) -> Tensor:
    """Zeros in a shape with values added at given places."""
    places = tuple(jnp.moveaxis(indices, -1, 0))
    return jnp.zeros(tuple(int(size) for size in shape), values.dtype).at[places].add(values)


@operation
def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None) -> Tensor:
    """The inputs with other values at given places."""
    methods = {None: "set", "add": "add", "max": "max", "min": "min", "mul": "multiply"}
    if reduction not in methods:
        raise ConfigurationError(
            f"`reduction` must be None, 'add', 'max', 'min' or 'mul'; received: {reduction!r}."
        )
    place = inputs.at[tuple(jnp.moveaxis(indices, -1, 0))]
    return getattr(place, methods[reduction])(updates.astype(inputs.dtype))


@operation
def slice_(inputs: Tensor, start_indices: Any, shape: Any) -> Tensor:
    """A block of a shape that begins at given places; a size of -1 reaches to the end."""
    sizes = [
        inputs.shape[axis] - int(start_indices[axis]) if size == -1 else int(size)
        for axis, size in enumerate(shape)
    ]
    return jax.lax.dynamic_slice(inputs, [jnp.asarray(start) for start in start_indices], sizes)


@operation
def slice_update(inputs: Tensor, start_indices: Any, updates: Tensor) -> Tensor:
    """The inputs with a block replaced."""
    starts = [jnp.asarray(start) for start in start_indices]
    return jax.lax.dynamic_update_slice(inputs, updates.astype(inputs.dtype), starts)


@operation
def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """The result of one of two functions."""
    return jax.lax.cond(pred, lambda: _arrays(true_fn()), lambda: _arrays(false_fn()))


@operation
def switch(index: Tensor, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """The result of one of several functions."""
    return jax.lax.switch(index, list(branches), *(_arrays(operand) for operand in operands))


@operation
def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Values changed by ``body`` again and again, as long as ``cond`` of them holds."""
    several = isinstance(loop_vars, list | tuple)
    start = tuple(_arrays(loop_vars)) if several else (_arrays(loop_vars),)

    def more(state: Any) -> Any:
        count, values = state
        wanted = jnp.asarray(cond(*values))
        return wanted if maximum_iterations is None else wanted & (count < maximum_iterations)

    def again(state: Any) -> Any:
        count, values = state
        results = body(*values)
        return count + 1, tuple(_arrays(results)) if several else (_arrays(results),)

    _, values = jax.lax.while_loop(more, again, (jnp.int32(0), start))
    return values if several else values[0]


@operation
def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """A value changed by ``body_fun(i, value)`` for each i from lower up to, and without, upper."""
    return jax.lax.fori_loop(lower, upper, lambda i, value: _arrays(body_fun(i, value)), _arrays(init_val))


@operation
def scan(
    f: Callable[[Any, Any], Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """A state carried along the first axis by ``f(state, x) -> (state, y)``: the last state, and all y."""
    return jax.lax.scan(f, _arrays(init), _arrays(xs), length, reverse, unroll)


@operation
def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """What ``f`` makes of all elements so far; ``f`` must not depend on the grouping."""
    return jax.lax.associative_scan(f, _arrays(elems), reverse, axis)


@operation
def map_(f: Callable[[Any], Any], xs: Any) -> Any:
    """``f`` of each slice along the first axis, one after the other."""
    return jax.lax.map(f, _arrays(xs))


@operation
def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """``function`` of each slice along the first axis, all at once."""
    return jax.vmap(function)(_arrays(elements))


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function of entries as a function of arrays."""
    vectorized = jnp.vectorize(pyfunc, excluded=excluded or frozenset(), signature=signature)

    @functools.wraps(pyfunc)
    def call(*args: Any) -> Any:
        return vectorized(*(as_tensor(each) for each in args))

    return call


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a derivative of its own: ``f`` returns its value and a function of the upstream gradient."""
    derived = jax.custom_gradient(f)

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        return derived(
            *(plain(each) for each in args), **{name: plain(each) for name, each in kwargs.items()}
        )

    return call


def _arrays(tree: Any) -> Any:
    """Turn the variables, NumPy arrays and numbers of a structure into arrays."""
    return jax.tree.map(as_tensor, tree, is_leaf=lambda leaf: isinstance(leaf, Variable))
