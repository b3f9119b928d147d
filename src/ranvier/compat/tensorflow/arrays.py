"""The functions of arrays that stand in ``tf`` itself."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from ranvier import ops
from ranvier.compat.tensorflow.renaming import renamed
from ranvier.naming import automatic_name
from ranvier.ops.dtypes import engine_dtype
from ranvier.variable import Variable as RanvierVariable

argsort = renamed(ops.argsort)
broadcast_to = renamed(ops.broadcast_to)
cast = renamed(ops.cast)
concat = renamed(ops.concatenate)
einsum = ops.einsum
expand_dims = renamed(ops.expand_dims)
eye = renamed(ops.eye, num_rows="N", num_columns="M")
fill = renamed(ops.full)
identity = renamed(ops.copy)
linspace = renamed(ops.linspace)
meshgrid = ops.meshgrid
ones_like = renamed(ops.ones_like)
rank = renamed(ops.ndim)
repeat = renamed(ops.repeat)
reshape = renamed(ops.reshape, shape="newshape")
reverse = renamed(ops.flip)
roll = renamed(ops.roll)
size = renamed(ops.size)
slice = renamed(ops.slice, begin="start_indices", size="shape")
sort = renamed(ops.sort)
squeeze = renamed(ops.squeeze)
stack = renamed(ops.stack)
stop_gradient = renamed(ops.stop_gradient)
tensordot = renamed(ops.tensordot)
tile = renamed(ops.tile, multiples="repeats")
unstack = renamed(ops.unstack)
where = renamed(ops.where, x="x1", y="x2")
zeros_like = renamed(ops.zeros_like)

__all__ = [
    "Variable",
    "argsort",
    "boolean_mask",
    "broadcast_to",
    "cast",
    "clip_by_value",
    "concat",
    "constant",
    "convert_to_tensor",
    "einsum",
    "expand_dims",
    "eye",
    "fill",
    "gather",
    "identity",
    "is_tensor",
    "linspace",
    "matmul",
    "meshgrid",
    "norm",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "range",
    "rank",
    "repeat",
    "reshape",
    "reverse",
    "roll",
    "shape",
    "size",
    "slice",
    "sort",
    "split",
    "squeeze",
    "stack",
    "stop_gradient",
    "tensordot",
    "tile",
    "transpose",
    "unique",
    "unstack",
    "where",
    "zeros",
    "zeros_like",
]


class Variable(RanvierVariable):
    """``tf.Variable``: an array that can be replaced.

    Args:
        initial_value: The first value.
        trainable: Whether training changes it.
        dtype: Its dtype; that of the value when None.
        name: A name for messages.
    """

    __slots__ = ()

    def __init__(
        self, initial_value: Any, trainable: bool = True, dtype: Any = None, name: str | None = None
    ) -> None:
        value = ops.convert_to_numpy(ops.convert_to_tensor(initial_value, dtype))
        super().__init__(value, trainable=trainable, name=name or automatic_name("variable"))


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> jax.Array:
    """Return an array, filled up to a shape if one is given."""
    del name
    array = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return array  # type: ignore[no-any-return]
    # One number fills the shape, many are arranged in it.
    return ops.broadcast_to(array, shape) if array.size == 1 else ops.reshape(array, shape)  # type: ignore[no-any-return]


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> jax.Array:
    """Return an array."""
    del name
    return ops.convert_to_tensor(value, dtype)  # type: ignore[no-any-return]


def is_tensor(x: Any) -> bool:
    """Tell whether a value is an array of the engine or a variable."""
    return isinstance(x, jax.Array | RanvierVariable)


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> jax.Array:
    """Return ones."""
    del name
    return ops.ones(shape, dtype)  # type: ignore[no-any-return]


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> jax.Array:
    """Return zeros."""
    del name
    return ops.zeros(shape, dtype)  # type: ignore[no-any-return]


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None
) -> jax.Array:
    """Return numbers from start up to, and without, a limit."""
    del name
    return ops.arange(start, limit, delta, dtype)  # type: ignore[no-any-return]


def shape(input: Any, out_type: Any = None, name: str | None = None) -> tuple[int | None, ...]:
    """Return the sizes of the axes as a tuple."""
    del out_type, name
    return ops.shape(input)  # type: ignore[no-any-return]


def transpose(a: Any, perm: Any = None, name: str | None = None) -> jax.Array:
    """Return an array with its axes in another order."""
    del name
    return ops.transpose(a, perm)  # type: ignore[no-any-return]


def matmul(
    a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: str | None = None
) -> jax.Array:
    """Return the matrix product, either side transposed if asked."""
    del name
    first = ops.swapaxes(a, -1, -2) if transpose_a else a
    return ops.matmul(first, ops.swapaxes(b, -1, -2) if transpose_b else b)  # type: ignore[no-any-return]


def norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False, name: str | None = None
) -> jax.Array:
    """Return a norm, of all entries by default."""
    del name
    if axis is None:
        tensor = ops.ravel(tensor)
    return ops.norm(tensor, None if ord == "euclidean" else ord, axis, keepdims)  # type: ignore[no-any-return]


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> jax.Array:
    """Return entries kept within limits."""
    del name
    return ops.clip(t, clip_value_min, clip_value_max)  # type: ignore[no-any-return]


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> jax.Array:
    """Return whole numbers as vectors of one value with a single other."""
    del name
    codes = ops.one_hot(indices, depth, -1 if axis is None else axis, dtype)
    if on_value is None and off_value is None:
        return codes  # type: ignore[no-any-return]
    values = 1 if on_value is None else on_value, 0 if off_value is None else off_value
    return ops.cast(ops.where(ops.equal(codes, 1), *values), codes.dtype)  # type: ignore[no-any-return]


def gather(params: Any, indices: Any, axis: int = 0, name: str | None = None) -> jax.Array:
    """Return the entries at given places of an axis."""
    del name
    return ops.take(params, indices, axis)  # type: ignore[no-any-return]


def boolean_mask(tensor: Any, mask: Any, axis: int = 0) -> jax.Array:
    """Return the entries where a mask holds; not inside a compiled step."""
    return ops.take(tensor, np.flatnonzero(ops.convert_to_numpy(mask)), axis)  # type: ignore[no-any-return]


def split(value: Any, num_or_size_splits: Any, axis: int = 0, name: str | None = None) -> list[jax.Array]:
    """Return an array cut into equal parts, or parts of given sizes."""
    del name
    if isinstance(num_or_size_splits, int):
        return ops.split(value, num_or_size_splits, axis)  # type: ignore[no-any-return]
    return ops.split(value, np.cumsum(num_or_size_splits)[:-1], axis)  # type: ignore[no-any-return]


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0) -> jax.Array:
    """Return an array with entries put around it."""
    values = constant_values if mode.lower() == "constant" else None
    return ops.pad(tensor, np.asarray(paddings).tolist(), mode.lower(), values)  # type: ignore[no-any-return]


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> tuple[np.ndarray[Any, Any], Any]:
    """Return distinct entries in order of their first occurrence, and where each entry stands among them."""
    del name
    values = ops.convert_to_numpy(x)
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    places = np.argsort(order)
    return values[first[order]], places[inverse].astype(engine_dtype(out_idx))
