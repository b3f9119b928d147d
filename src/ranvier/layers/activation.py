"""Activations as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp

from ranvier import activations, constraints, regularizers
from ranvier.arguments import checked_number, plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import checked_initializer
from ranvier.types import Array, Arrays, PartialShape


class _Elementwise(Layer):
    """A layer that keeps the shape of its inputs."""

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


class Activation(_Elementwise):
    """An activation function as a layer.

    Args:
        activation: A name or a function of an array.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(self, activation: str | Callable[[Array], Array], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute f(x)."""
        del params, state
        return context.activate(self.activation, inputs), {}


class ReLU(_Elementwise):
    """Rectified linear unit: x above the threshold, up to a largest value, a slope below.

    Args:
        max_value: The largest output, or None.
        negative_slope: The slope below the threshold, at least 0.
        threshold: Where the unit begins, at least 0.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a number is negative.
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.max_value = None if max_value is None else checked_number(max_value, "max_value", 0.0)
        self.negative_slope = checked_number(negative_slope, "negative_slope", 0.0)
        self.threshold = checked_number(threshold, "threshold", 0.0)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute the rectified values."""
        del params, state, context
        outputs = activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )
        return outputs, {}


class LeakyReLU(_Elementwise):
    """x for positive x, a small slope times x otherwise (Maas et al. 2013).

    Args:
        negative_slope: The slope, at least 0.
        **kwargs: See :class:`~ranvier.layers.Layer`; ``alpha`` is Keras 2's name of the slope.

    Raises:
        ConfigurationError: If the slope is negative.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        self.negative_slope = checked_number(slope, "negative_slope", 0.0)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute max(x, 0) + slope min(x, 0)."""
        del params, state, context
        return activations.leaky_relu(inputs, negative_slope=self.negative_slope), {}


class PReLU(_Elementwise):
    """x for positive x, a learned slope times x otherwise (He et al. 2015).

    Args:
        alpha_initializer: First values of the slopes.
        alpha_regularizer: Penalty on the slopes.
        alpha_constraint: Projection of the slopes after each update.
        shared_axes: Axes (counted with the batch) along which one slope is shared.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ShapeError: If a size of the inputs is unknown along an axis that is not shared.
    """

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Sequence[int] | int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = checked_initializer(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        shared_axes = plain_integers(shared_axes)
        self.shared_axes = (
            [shared_axes] if isinstance(shared_axes, int) else shared_axes and list(shared_axes)
        )

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the slopes, one for each number of an example but for shared axes."""
        shared = set(self.shared_axes or ())
        shape = [1 if axis in shared else size for axis, size in enumerate(input_shape)][1:]
        known = tuple(size for size in shape if size is not None)
        if len(known) != len(shape):
            raise ShapeError(
                f"The layer {self.name!r} needs known sizes along all axes that `shared_axes` does not name; "
                f"received shape: {tuple(input_shape)}."
            )
        return {"alpha": self.alpha_initializer(known, dtype=self.dtype)}, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute max(x, 0) + alpha min(x, 0)."""
        del state, context
        return jnp.maximum(inputs, 0.0) + params["alpha"] * jnp.minimum(inputs, 0.0), {}


class ELU(_Elementwise):
    """x for positive x, alpha (exp(x) - 1) otherwise (Clevert et al. 2015).

    Args:
        alpha: The limit for large negative x, negated.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = checked_number(alpha, "alpha")

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute the unit."""
        del params, state, context
        return activations.elu(inputs, alpha=self.alpha), {}


class Softmax(_Elementwise):
    """Positive numbers that sum to one along an axis.

    Args:
        axis: The axis, or several.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axis = plain_integers(axis)
        if not isinstance(axis, int) and not all(isinstance(each, int) for each in axis):
            raise ConfigurationError(f"`axis` must be an integer or a list of integers; received: {axis!r}.")
        self.axis = axis if isinstance(axis, int) else list(axis)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute exp(x) / sum(exp(x)); positions where a given mask is False get 0."""
        del params, state
        if context.mask is None and self.axis in (-1, inputs.ndim - 1):
            return context.activate(activations.softmax, inputs), {}
        axes = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        if context.mask is not None:
            return _masked_softmax(inputs, jnp.asarray(context.mask).astype(bool), axes), {}
        shifted = jnp.exp(inputs - jnp.max(inputs, axis=axes, keepdims=True))
        return shifted / jnp.sum(shifted, axis=axes, keepdims=True), {}


def _masked_softmax(inputs: Any, mask: Any, axes: int | tuple[int, ...]) -> Any:
    if mask.ndim > inputs.ndim or any(
        size not in (1, whole) for size, whole in zip(mask.shape[::-1], inputs.shape[::-1], strict=False)
    ):
        raise ShapeError(
            f"The mask of a softmax must broadcast to its inputs; received: a mask of shape {mask.shape}, inputs "
            f"of shape {inputs.shape}."
        )
    # Low enough to vanish in every dtype, and finite, so that a row without any True is no NaN.
    kept = jnp.where(mask, inputs, jnp.asarray(-3e4, inputs.dtype))
    shifted = jnp.exp(kept - jnp.max(kept, axis=axes, keepdims=True))
    return jnp.where(mask, shifted / jnp.sum(shifted, axis=axes, keepdims=True), 0.0)
