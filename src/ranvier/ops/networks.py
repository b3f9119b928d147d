"""Operations of layers and losses: activations, normalisation, codes of classes, cross-entropies."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError
from ranvier.functions import activations
from ranvier.functions.losses.regression import EPSILON
from ranvier.ops.dtypes import as_floats, engine_dtype, limits, no_sparse
from ranvier.ops.operation import OPERATIONS, Tensor, operation

_OF_ACTIVATIONS_ALONE = frozenset({"exponential", "gelu", "linear", "logits_kind", "mish"})

OPERATIONS.update(
    {name: getattr(activations, name) for name in activations.__all__ if name not in _OF_ACTIVATIONS_ALONE}
)


def gelu(x: Tensor, approximate: bool = True) -> Any:
    """Gaussian error linear unit; by its approximation unless told otherwise, unlike the activation."""
    return activations.gelu(x, approximate=approximate)


OPERATIONS["gelu"] = gelu


@operation
def one_hot(x: Tensor, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Tensor:
    """Whole numbers as vectors of zeros with a single 1; what is no class gives zeros."""
    no_sparse(sparse)
    return jax.nn.one_hot(x, num_classes, dtype=engine_dtype(dtype or "float32"), axis=axis)


@operation
def multi_hot(
    inputs: Tensor, num_classes: int | None = None, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Tensor:
    """Sets of whole numbers as vectors of zeros and ones."""
    no_sparse(sparse)
    if num_classes is None:
        raise ConfigurationError("`num_classes` must be given.")
    codes = jax.nn.one_hot(
        inputs.astype(jnp.int32), num_classes, dtype=engine_dtype(dtype or "float32"), axis=axis
    )
    return jnp.max(codes, axis=1 if inputs.ndim > 1 else 0)


@operation
def categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Cross-entropy of distributions with predicted ones, per position."""
    _same_shapes(target, output)
    output = as_floats(output)
    return -jnp.sum(target.astype(output.dtype) * _log_probabilities(output, from_logits, axis), axis=axis)


@operation
def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Cross-entropy of class numbers with predicted distributions, per position."""
    output = as_floats(output)
    labels = target.astype(jnp.int32)
    if labels.ndim == output.ndim and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if labels.shape != output.shape[:-1]:
        raise ShapeError(
            "`target` must have the shape of `output` without its last axis; "
            f"received shapes {tuple(target.shape)} and {tuple(output.shape)}."
        )
    codes = jax.nn.one_hot(labels, output.shape[axis], dtype=output.dtype, axis=axis)
    return -jnp.sum(codes * _log_probabilities(output, from_logits, axis), axis=axis)


@operation
def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False) -> Tensor:
    """Cross-entropy of 0 or 1 with predicted probabilities, per entry."""
    _same_shapes(target, output)
    output = as_floats(output)
    target = target.astype(output.dtype)
    if from_logits:
        return -target * jax.nn.log_sigmoid(output) - (1.0 - target) * jax.nn.log_sigmoid(-output)
    output = jnp.clip(output, EPSILON, 1.0 - EPSILON)
    return -(target * jnp.log(output) + (1.0 - target) * jnp.log(1.0 - output))


def _log_probabilities(output: jax.Array, from_logits: bool, axis: int) -> Tensor:
    if from_logits:
        return jax.nn.log_softmax(output, axis)
    share = output / jnp.sum(output, axis, keepdims=True)
    return jnp.log(jnp.clip(share, EPSILON, 1.0 - EPSILON))


def _same_shapes(target: jax.Array, output: jax.Array) -> None:
    if target.shape != output.shape:
        raise ShapeError(
            "`target` and `output` must have one shape; "
            f"received shapes {tuple(target.shape)} and {tuple(output.shape)}."
        )


@operation
def moments(
    x: Tensor, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[jax.Array, jax.Array]:
    """Mean and variance over some axes."""
    if synchronized:
        raise UnsupportedError("Moments over several devices are not offered; received: synchronized=True.")
    dtype = as_floats(x).dtype
    wide = x.astype(jnp.float32) if dtype in (jnp.float16, jnp.bfloat16) else as_floats(x)
    axes = tuple(axes) if isinstance(axes, list) else axes
    results = jnp.mean(wide, axes, keepdims=keepdims), jnp.var(wide, axes, keepdims=keepdims)
    if wide.dtype == dtype:
        return results
    largest = limits(jnp.float16)[1]
    mean, variance = (jnp.clip(each, -largest, largest).astype(dtype) for each in results)
    return mean, variance


@operation
def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor = None,
    scale: Tensor = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Inputs less a mean, over the root of a variance, scaled and moved; one number each along an axis."""
    shape = [1] * x.ndim
    shape[axis] = mean.shape[0]
    factor = jax.lax.rsqrt(variance.reshape(shape) + epsilon)
    if scale is not None:
        factor = factor * scale.reshape(shape)
    shift = -mean.reshape(shape) * factor
    return x * factor + (shift if offset is None else shift + offset.reshape(shape))


@operation
def layer_normalization(
    x: Tensor,
    gamma: Tensor = None,
    beta: Tensor = None,
    axis: Any = -1,
    epsilon: float | None = None,
    **kwargs: Any,
) -> Tensor:
    """Inputs brought to mean 0 and variance 1 over some axes, then scaled and moved."""
    rms_scaling = kwargs.pop("rms_scaling", False)
    if kwargs:
        raise ConfigurationError(f"`layer_normalization` does not know the argument {sorted(kwargs)[0]!r}.")
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    axes = sorted(each % x.ndim for each in ([axis] if isinstance(axis, int) else axis))
    shape = [size if place in axes else 1 for place, size in enumerate(x.shape)]
    inverse = jax.lax.rsqrt(
        jnp.var(wide, tuple(axes), keepdims=True) + (EPSILON if epsilon is None else epsilon)
    )
    if gamma is not None:
        inverse = inverse * gamma.astype(wide.dtype).reshape(shape)
    if rms_scaling:
        return (wide * inverse).astype(x.dtype)
    result = (wide - jnp.mean(wide, tuple(axes), keepdims=True)) * inverse
    return (result if beta is None else result + beta.astype(wide.dtype).reshape(shape)).astype(x.dtype)


@operation
def rms_normalization(
    x: Tensor, scale: Tensor = None, axis: Any = -1, epsilon: float | None = None
) -> Tensor:
    """Inputs over the root of their mean square, then scaled."""
    wide = jnp.atleast_1d(x).astype(jnp.promote_types(x.dtype, jnp.float32))
    axes = tuple(axis) if isinstance(axis, list | tuple) else axis
    mean = jnp.mean(wide * wide, axes, keepdims=True)
    result = wide * jax.lax.rsqrt(mean + (EPSILON if epsilon is None else epsilon))
    return (result if scale is None else result * scale.astype(wide.dtype)).astype(x.dtype)


@operation
def normalize(x: Tensor, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Tensor:
    """Inputs over their norm along an axis."""
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ConfigurationError(f"`order` must be a whole number of at least 1; received: {order!r}.")
    least = EPSILON if epsilon is None else epsilon
    x = jnp.atleast_1d(as_floats(x))
    axes = tuple(axis) if isinstance(axis, list) else axis
    if order == 2:
        squares = jnp.sum(x * x, axes, keepdims=True)
        return x * jnp.minimum(jax.lax.rsqrt(squares), 1.0 / least)
    return x / jnp.maximum(jnp.linalg.norm(x, order, axes, keepdims=True), least)


@operation
def psnr(x1: Tensor, x2: Tensor, max_val: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of two images, in decibels."""
    _same_shapes(x1, x2)
    error = jnp.mean(jnp.square(as_floats(x1) - as_floats(x2)))
    return 20.0 * jnp.log10(as_floats(max_val)) - 10.0 * jnp.log10(error)
