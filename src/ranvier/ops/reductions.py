"""Operations that draw many entries together: sums, means, extremes, orders, counts."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ShapeError
from ranvier.ops.dtypes import as_floats, as_tensor, engine_dtype, no_sparse, on_floats
from ranvier.ops.operation import Table, Tensor, define, operation


def _axes(function: Any) -> Any:
    """Let a reduction take its axes as a list."""

    def reduce(x: Any, *others: Any, axis: Any = None, **options: Any) -> Any:
        return function(x, *others, axis=tuple(axis) if isinstance(axis, list) else axis, **options)

    return reduce


_REDUCTIONS: Table = {
    "all(x, axis=None, keepdims=False)": (_axes(jnp.all), "Whether all entries are true."),
    "amax(x, axis=None, keepdims=False)": (_axes(jnp.max), "The largest entry."),
    "amin(x, axis=None, keepdims=False)": (_axes(jnp.min), "The smallest entry."),
    "any(x, axis=None, keepdims=False)": (_axes(jnp.any), "Whether any entry is true."),
    "argmax(x, axis=None, keepdims=False)": (jnp.argmax, "Place of the largest entry, the first of equals."),
    "argmin(x, axis=None, keepdims=False)": (jnp.argmin, "Place of the smallest entry, the first of equals."),
    "count_nonzero(x, axis=None)": (_axes(jnp.count_nonzero), "Number of entries that are not 0."),
    "logsumexp(x, axis=None, keepdims=False)": (
        on_floats(_axes(jax.scipy.special.logsumexp)),
        "log of the sum of exp(x), without overflow.",
    ),
    "max(x, axis=None, keepdims=False, initial=None)": (_axes(jnp.max), "The largest entry."),
    "mean(x, axis=None, keepdims=False)": (_axes(jnp.mean), "Mean; integers give floats."),
    "median(x, axis=None, keepdims=False)": (on_floats(_axes(jnp.median)), "Median."),
    "min(x, axis=None, keepdims=False, initial=None)": (_axes(jnp.min), "The smallest entry."),
    "nanargmax(x, axis=None, keepdims=False)": (jnp.nanargmax, "Place of the largest entry, NaN left out."),
    "nanargmin(x, axis=None, keepdims=False)": (jnp.nanargmin, "Place of the smallest entry, NaN left out."),
    "nanmax(x, axis=None, keepdims=False)": (_axes(jnp.nanmax), "The largest entry, NaN left out."),
    "nanmean(x, axis=None, keepdims=False)": (_axes(jnp.nanmean), "Mean, NaN left out."),
    "nanmedian(x, axis=None, keepdims=False)": (on_floats(_axes(jnp.nanmedian)), "Median, NaN left out."),
    "nanmin(x, axis=None, keepdims=False)": (_axes(jnp.nanmin), "The smallest entry, NaN left out."),
    "nanprod(x, axis=None, keepdims=False)": (_axes(jnp.nanprod), "Product, NaN left out."),
    "nanstd(x, axis=None, keepdims=False)": (_axes(jnp.nanstd), "Standard deviation, NaN left out."),
    "nansum(x, axis=None, keepdims=False)": (_axes(jnp.nansum), "Sum, NaN left out."),
    "nanvar(x, axis=None, keepdims=False)": (_axes(jnp.nanvar), "Variance, NaN left out."),
    "ptp(x, axis=None, keepdims=False)": (_axes(jnp.ptp), "The largest entry less the smallest."),
    "std(x, axis=None, keepdims=False)": (_axes(jnp.std), "Standard deviation."),
    "sum(x, axis=None, keepdims=False)": (_axes(jnp.sum), "Sum."),
    "var(x, axis=None, keepdims=False)": (_axes(jnp.var), "Variance."),
    "sort(x, axis=-1)": (jnp.sort, "Entries in rising order along an axis."),
    "argsort(x, axis=-1)": (jnp.argsort, "Places of the entries in rising order."),
    "argpartition(x, kth, axis=-1)": (
        lambda x, kth, axis: jnp.argpartition(x, kth, axis),
        "Places such that the k-th is where sorting would put it, smaller ones before it.",
    ),
    "quantile(x, q, axis=None, method='linear', keepdims=False)": (
        lambda x, q, **options: _axes(jnp.quantile)(as_floats(x), as_floats(q), **options),
        "Quantiles, q from 0 to 1.",
    ),
    "percentile(x, q, axis=None, method='linear', keepdims=False)": (
        lambda x, q, **options: _axes(jnp.percentile)(as_floats(x), as_floats(q), **options),
        "Percentiles, q from 0 to 100.",
    ),
    "nanquantile(x, q, axis=None, method='linear', keepdims=False)": (
        lambda x, q, **options: _axes(jnp.nanquantile)(as_floats(x), as_floats(q), **options),
        "Quantiles, NaN left out.",
    ),
    "nanpercentile(x, q, axis=None, method='linear', keepdims=False)": (
        lambda x, q, **options: _axes(jnp.nanpercentile)(as_floats(x), as_floats(q), **options),
        "Percentiles, NaN left out.",
    ),
    "corrcoef(x)": (on_floats(jnp.corrcoef), "Correlation coefficients of the rows."),
}

define(_REDUCTIONS, __name__)


def _with_dtype(function: Any) -> Any:
    def reduce(x: Any, axis: Any = None, dtype: Any = None, **options: Any) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return function(x, axis=axis, dtype=None if dtype is None else engine_dtype(dtype), **options)

    return reduce


_ACCUMULATING: Table = {
    "prod(x, axis=None, keepdims=False, dtype=None)": (_with_dtype(jnp.prod), "Product."),
    "cumprod(x, axis=None, dtype=None)": (_with_dtype(jnp.cumprod), "Products of all entries so far."),
    "cumsum(x, axis=None, dtype=None)": (_with_dtype(jnp.cumsum), "Sums of all entries so far."),
    "nancumprod(x, axis=None, dtype=None)": (_with_dtype(jnp.nancumprod), "Products so far, NaN left out."),
    "nancumsum(x, axis=None, dtype=None)": (_with_dtype(jnp.nancumsum), "Sums so far, NaN left out."),
}

define(_ACCUMULATING, __name__)


@operation
def average(x: Tensor, axis: Any = None, weights: Tensor = None) -> Tensor:
    """Weighted mean; integers give floats."""
    return jnp.average(as_floats(x), axis, None if weights is None else as_floats(weights))


@operation
def bincount(x: Tensor, weights: Tensor = None, minlength: int = 0, sparse: bool = False) -> Tensor:
    """How often each whole number from 0 occurs; the length depends on the values, so not inside a compiled step."""
    no_sparse(sparse)
    if x.ndim < 2:
        return jnp.bincount(x, weights, minlength)
    length = max(int(jnp.max(x)) + 1, minlength)
    if weights is None:
        return jax.vmap(lambda row: jnp.bincount(row, length=length))(x)
    return jax.vmap(lambda row, share: jnp.bincount(row, share, length=length))(x, weights)


@operation
def histogram(x: Tensor, bins: int = 10, range: Any = None) -> tuple[jax.Array, jax.Array]:
    """Counts per bin, and the edges of the bins."""
    return jnp.histogram(x, bins, range)


@operation
def digitize(x: Tensor, bins: Tensor) -> Tensor:
    """The number of the bin that an entry falls into."""
    return jnp.digitize(x, bins).astype(jnp.int32)


@operation
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str = "left") -> Tensor:
    """Places at which values would keep a sorted sequence sorted."""
    if sorted_sequence.ndim != 1:
        raise ShapeError(
            f"`sorted_sequence` must have one axis; received an array of shape {sorted_sequence.shape}."
        )
    return jnp.searchsorted(sorted_sequence, values, side=side)


@operation
def unique(
    x: Tensor,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """Distinct entries in rising order; inside a compiled step a ``size`` is needed."""
    del sorted  # without it the order is left open, so this one will do
    return jnp.unique(x, return_index, return_inverse, return_counts, axis, size=size, fill_value=fill_value)


@operation
def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """The k largest entries of the last axis and their places, always sorted."""
    del sorted  # without it the order is left open, so this one will do
    return jax.lax.top_k(x, k)


@operation
def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    """Whether the target class is among the k classes predicted most strongly."""
    chosen = jnp.take_along_axis(predictions, targets[:, None], axis=-1)
    chosen = jnp.where(jnp.isnan(chosen), -jnp.inf, chosen)
    return jnp.sum(predictions > chosen, axis=-1) < k


def _segments(reduce: Any) -> Any:
    def call(
        data: Tensor, segment_ids: Tensor, num_segments: int | None = None, sorted: bool = False
    ) -> Tensor:
        count = int(jnp.max(segment_ids)) + 1 if num_segments is None else num_segments
        return reduce(data, segment_ids, count, indices_are_sorted=sorted)

    return call


for _name, _reduce, _noun in (
    ("segment_max", jax.ops.segment_max, "Largest entry"),
    ("segment_min", jax.ops.segment_min, "Smallest entry"),
    ("segment_prod", jax.ops.segment_prod, "Product"),
    ("segment_sum", jax.ops.segment_sum, "Sum"),
):
    _function = _segments(_reduce)
    _function.__name__ = _name
    _function.__doc__ = f"{_noun} of each segment; without ``num_segments`` not inside a compiled step."
    operation(_function)


@operation
def trapezoid(y: Tensor, x: Tensor = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """Area under samples, by the trapezoid rule."""
    return jnp.trapezoid(as_floats(y), None if x is None else as_tensor(x), dx, axis)


@operation
def diff(a: Tensor, n: int = 1, axis: int = -1) -> Tensor:
    """Differences of neighbours, taken n times."""
    return jnp.diff(a, n, axis)
