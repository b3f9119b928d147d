"""Operations that make arrays, and that arrange the entries of arrays anew."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.ops.dtypes import as_tensor, engine_dtype
from ranvier.ops.operation import Table, Tensor, define, operation


def _typed(function: Any) -> Any:
    """Let a maker of arrays take any spelling of a dtype; None is float32."""

    def make(*args: Any, dtype: Any = None, **options: Any) -> Any:
        return function(*args, dtype=engine_dtype(dtype or "float32"), **options)

    return make


def _like(function: Any) -> Any:
    def make(x: Any, *args: Any, dtype: Any = None) -> Any:
        return function(x, *args, dtype=x.dtype if dtype is None else engine_dtype(dtype))

    return make


_MAKING: Table = {
    "empty(shape, dtype=None)": (_typed(jnp.zeros), "An array of a shape, of zeros."),
    "empty_like(x, dtype=None)": (_like(jnp.zeros_like), "An array of the shape of x, of zeros."),
    "ones(shape, dtype=None)": (_typed(jnp.ones), "Ones."),
    "ones_like(x, dtype=None)": (_like(jnp.ones_like), "Ones in the shape of x."),
    "zeros(shape, dtype=None)": (_typed(jnp.zeros), "Zeros."),
    "zeros_like(x, dtype=None)": (_like(jnp.zeros_like), "Zeros in the shape of x."),
    "full_like(x, fill_value, dtype=None)": (_like(jnp.full_like), "One value in the shape of x."),
    "eye(N, M=None, k=0, dtype=None)": (_typed(jnp.eye), "Ones on a diagonal."),
    "identity(n, dtype=None)": (_typed(jnp.identity), "The unit matrix."),
    "tri(N, M=None, k=0, dtype=None)": (_typed(jnp.tri), "Ones on and below a diagonal."),
}

_ARRANGING: Table = {
    "broadcast_to(x, shape)": (
        lambda x, shape: jnp.broadcast_to(x, tuple(shape)),
        "Repeated to fill a shape.",
    ),
    "diag(x, k=0)": (jnp.diag, "The matrix with a diagonal, or the diagonal of a matrix."),
    "diagflat(x, k=0)": (jnp.diagflat, "The matrix with the entries on its diagonal."),
    "diagonal(x, offset=0, axis1=0, axis2=1)": (jnp.diagonal, "A diagonal."),
    "expand_dims(x, axis)": (
        lambda x, axis: jnp.expand_dims(x, tuple(axis) if isinstance(axis, list) else axis),
        "With an axis of size 1 put in.",
    ),
    "flip(x, axis=None)": (jnp.flip, "In reverse order along an axis."),
    "fliplr(x)": (jnp.fliplr, "Columns in reverse order."),
    "flipud(x)": (jnp.flipud, "Rows in reverse order."),
    "moveaxis(x, source, destination)": (jnp.moveaxis, "With axes moved to other places."),
    "ravel(x)": (jnp.ravel, "All entries in one axis."),
    "repeat(x, repeats, axis=None)": (jnp.repeat, "Each entry repeated."),
    "roll(x, shift, axis=None)": (jnp.roll, "Entries moved along an axis, those that leave re-entering."),
    "squeeze(x, axis=None)": (
        lambda x, axis: jnp.squeeze(x, tuple(axis) if isinstance(axis, list) else axis),
        "Without axes of size 1.",
    ),
    "swapaxes(x, axis1, axis2)": (jnp.swapaxes, "With two axes exchanged."),
    "tile(x, repeats)": (lambda x, repeats: jnp.tile(x, repeats), "The array repeated."),
    "transpose(x, axes=None)": (jnp.transpose, "With the axes in another order, reversed by default."),
    "tril(x, k=0)": (jnp.tril, "Entries above a diagonal set to 0."),
    "triu(x, k=0)": (jnp.triu, "Entries below a diagonal set to 0."),
    "vander(x, N=None, increasing=False)": (jnp.vander, "Vandermonde's matrix: columns of powers."),
    "nonzero(x)": (jnp.nonzero, "The places of entries that are not 0, one array for each axis."),
    "split(x, indices_or_sections, axis=0)": (
        lambda x, sections, axis: jnp.split(x, _sections(sections), axis),
        "Cut into equal parts, or at given places.",
    ),
    "array_split(x, indices_or_sections, axis=0)": (
        lambda x, sections, axis: jnp.array_split(x, _sections(sections), axis),
        "Cut into parts that may differ by one.",
    ),
    "hsplit(x, indices_or_sections)": (
        lambda x, sections: jnp.hsplit(x, _sections(sections)),
        "Cut into columns.",
    ),
    "vsplit(x, indices_or_sections)": (
        lambda x, sections: jnp.vsplit(x, _sections(sections)),
        "Cut into rows.",
    ),
    "dsplit(x, indices_or_sections)": (
        lambda x, sections: jnp.dsplit(x, _sections(sections)),
        "Cut in depth.",
    ),
    "ndim(x)": (jnp.ndim, "The number of axes."),
    "size(x)": (jnp.size, "The number of entries."),
    "trace(x, offset=0, axis1=0, axis2=1)": (jnp.trace, "The sum of a diagonal."),
}


def _sections(value: Any) -> Any:
    return (
        [int(each) for each in value]
        if isinstance(value, list | tuple | np.ndarray | jax.Array)
        else int(value)
    )


define(_MAKING, __name__)
define(_ARRANGING, __name__)


def _windows(function: Any, maker: str) -> Any:
    def call(x: int) -> Tensor:
        return function(int(x)).astype(jnp.float32)

    call.__name__ = function.__name__
    call.__doc__ = f"{maker} window of a length."
    return call


for _function, _maker in (
    (jnp.bartlett, "Bartlett's"),
    (jnp.blackman, "Blackman's"),
    (jnp.hamming, "Hamming's"),
    (jnp.hanning, "Von Hann's"),
):
    operation(_windows(_function, _maker))


@operation
def kaiser(x: int, beta: Tensor) -> Tensor:
    """Kaiser's window of a length."""
    return jnp.kaiser(int(x), beta).astype(jnp.float32)


@operation
def full(shape: Any, fill_value: Tensor, dtype: Any = None) -> Tensor:
    """One value in a shape; float32 if no dtype is named."""
    return jnp.full(shape, fill_value, engine_dtype(dtype or "float32"))


@operation
def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Tensor:
    """Numbers from start up to, and without, stop."""
    if dtype is None:
        numbers = [each for each in (start, stop, step) if each is not None]
        floats = any(np.issubdtype(np.asarray(each).dtype, np.floating) for each in numbers)
        dtype = "float32" if floats else "int32"
    return jnp.arange(start, stop, step, engine_dtype(dtype))


@operation
def linspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Numbers at equal distances from start to stop."""
    wanted = None if dtype is None else engine_dtype(dtype)
    return jnp.linspace(start, stop, num, endpoint, retstep, wanted, axis)


@operation
def logspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Powers of a base, their exponents at equal distances."""
    return jnp.logspace(
        start, stop, num, endpoint, base, None if dtype is None else engine_dtype(dtype), axis
    )


@operation
def geomspace(
    start: Tensor, stop: Tensor, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Tensor:
    """Numbers of equal ratios from start to stop."""
    return jnp.geomspace(start, stop, num, endpoint, None if dtype is None else engine_dtype(dtype), axis)


@operation
def meshgrid(*x: Any, indexing: str = "xy") -> list[jax.Array]:
    """The coordinates of a grid."""
    return list(jnp.meshgrid(*(as_tensor(each) for each in x), indexing=indexing))


@operation
def reshape(x: Tensor, newshape: Any) -> Tensor:
    """The entries in another shape; one size may be -1."""
    return jnp.reshape(x, newshape)


def _together(xs: Any) -> list[jax.Array]:
    return [as_tensor(each) for each in xs]


@operation
def concatenate(xs: Any, axis: int = 0) -> Tensor:
    """Arrays joined along an axis."""
    return jnp.concatenate(_together(xs), axis)


@operation
def stack(x: Any, axis: int = 0) -> Tensor:
    """Arrays of one shape joined along a new axis."""
    return jnp.stack(_together(x), axis)


@operation
def hstack(xs: Any) -> Tensor:
    """Arrays joined side by side."""
    return jnp.hstack(_together(xs))


@operation
def vstack(xs: Any) -> Tensor:
    """Arrays joined one below the other."""
    return jnp.vstack(_together(xs))


@operation
def dstack(xs: Any) -> Tensor:
    """Arrays joined in depth."""
    return jnp.dstack(_together(xs))


@operation
def append(x1: Tensor, x2: Tensor, axis: int | None = None) -> Tensor:
    """Two arrays joined, flattened first if no axis is named."""
    return jnp.append(x1, x2, axis)


@operation
def unstack(x: Tensor, num: int | None = None, axis: int = 0) -> list[jax.Array]:
    """The slices along an axis, as a list."""
    del num  # as in Keras: the array knows
    return [jax.lax.index_in_dim(x, place, axis, keepdims=False) for place in range(x.shape[axis])]


@operation
def pad(x: Tensor, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Tensor:
    """Entries put around the array."""
    width = pad_width if isinstance(pad_width, int) else tuple(_pair(each) for each in pad_width)
    if mode == "constant":
        return jnp.pad(x, width, mode, constant_values=0 if constant_values is None else constant_values)
    if constant_values is not None:
        raise ConfigurationError(f"`constant_values` belongs to mode 'constant'; received: mode={mode!r}.")
    return jnp.pad(x, width, mode)


def _pair(value: Any) -> Any:
    return value if isinstance(value, int) else tuple(int(each) for each in value)


@operation
def rot90(array: Tensor, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turned by quarter turns in the plane of two axes."""
    return jnp.rot90(array, k, (axes[0], axes[1]))


@operation
def take(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    """The entries at given places of an axis; negative places count from the end."""
    size = x.size if axis is None else x.shape[axis]
    return jnp.take(x, jnp.where(indices < 0, indices + size, indices), axis)


@operation
def take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    """The entry at the place that the array of indices names for each line along an axis."""
    return jnp.take_along_axis(x, indices, axis)


@operation
def get_item(x: Tensor, key: Any) -> Tensor:
    """``x[key]``."""
    return x[key]


@operation
def unravel_index(indices: Tensor, shape: Any) -> Any:
    """The coordinates of places counted through a flattened array."""
    return jnp.unravel_index(indices, shape)


@operation
def view(x: Tensor, dtype: Any = None) -> Tensor:
    """The same bytes read as another dtype."""
    return x.view(None if dtype is None else engine_dtype(dtype))


@operation
def array(x: Tensor, dtype: Any = None) -> Tensor:
    """An array of the engine."""
    return x if dtype is None else x.astype(engine_dtype(dtype))
