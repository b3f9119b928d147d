"""``tf.math``, most of whose names stand in ``tf`` as well."""

from __future__ import annotations

from typing import Any

import jax

from ranvier import ops
from ranvier.compat.tensorflow.renaming import absent, renamed

_SAME = (
    *(
        "abs",
        "add",
        "argmax",
        "argmin",
        "ceil",
        "cos",
        "cosh",
        "cumsum",
        "divide",
        "divide_no_nan",
        "equal",
        "erf",
    ),
    *(
        "exp",
        "expm1",
        "floor",
        "greater",
        "greater_equal",
        "less",
        "less_equal",
        "log",
        "log1p",
        "logical_and",
    ),
    *(
        "logical_not",
        "logical_or",
        "logical_xor",
        "maximum",
        "minimum",
        "mod",
        "multiply",
        "negative",
        "not_equal",
    ),
    *(
        "reciprocal",
        "round",
        "rsqrt",
        "sigmoid",
        "sign",
        "sin",
        "sinh",
        "softplus",
        "sqrt",
        "square",
        "subtract",
    ),
    *("tan", "tanh", "is_nan", "is_inf", "is_finite", "pow", "truediv", "in_top_k", "top_k", "segment_sum"),
)
_RENAMED = {
    "is_finite": "isfinite",
    "is_inf": "isinf",
    "is_nan": "isnan",
    "pow": "power",
    "truediv": "true_divide",
}
_REDUCTIONS = {
    "reduce_all": "all",
    "reduce_any": "any",
    "reduce_logsumexp": "logsumexp",
    "reduce_max": "max",
    "reduce_mean": "mean",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_std": "std",
    "reduce_sum": "sum",
    "reduce_variance": "var",
}

globals().update({name: renamed(getattr(ops, _RENAMED.get(name, name)), y="x2") for name in _SAME})
globals().update({name: renamed(getattr(ops, own)) for name, own in _REDUCTIONS.items()})

cumsum = renamed(ops.cumsum)
argmax = renamed(ops.argmax, dimension="axis")
argmin = renamed(ops.argmin, dimension="axis")


def squared_difference(x: Any, y: Any, name: str | None = None) -> jax.Array:
    """Return (x - y)²."""
    del name
    return ops.square(ops.subtract(x, y))  # type: ignore[no-any-return]


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None) -> jax.Array:
    """Divide by the Euclidean norm along an axis, of everything by default."""
    del name
    axes = tuple(range(len(ops.shape(x)))) if axis is None else axis
    return ops.normalize(x, axis=axes, epsilon=epsilon**0.5)  # type: ignore[no-any-return]


def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> jax.Array:
    """Return the Euclidean norm."""
    return ops.sqrt(ops.sum(ops.square(input_tensor), axis, keepdims))  # type: ignore[no-any-return]


def count_nonzero(input: Any, axis: Any = None) -> jax.Array:
    """Return the number of entries that are not 0."""
    return ops.count_nonzero(input, axis)  # type: ignore[no-any-return]


def bincount(arr: Any, weights: Any = None, minlength: int = 0) -> jax.Array:
    """Return how often each whole number from 0 occurs."""
    return ops.bincount(arr, weights, minlength)  # type: ignore[no-any-return]


def confusion_matrix(labels: Any, predictions: Any, num_classes: int | None = None) -> jax.Array:
    """Return how often each label (row) was predicted as each class (column)."""
    rows, columns = ops.cast(labels, "int32"), ops.cast(predictions, "int32")
    count = num_classes if num_classes is not None else int(ops.maximum(ops.max(rows), ops.max(columns))) + 1
    places = ops.stack([rows, columns], axis=-1)
    return ops.scatter(places, ops.ones_like(rows), (count, count))  # type: ignore[no-any-return]


__all__ = sorted(
    {
        *_SAME,
        *_REDUCTIONS,
        *("squared_difference", "l2_normalize", "reduce_euclidean_norm", "count_nonzero", "bincount"),
        "confusion_matrix",
    }
)
__getattr__ = absent("tf.math", lambda: __all__)
