"""Normalization of each example by its own statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from ranvier import constraints, regularizers
from ranvier.arguments import checked_axes, checked_number
from ranvier.errors import ShapeError, UnsupportedError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import checked_initializer
from ranvier.layers.shapes import along, axis_sizes, positive_axes
from ranvier.types import Arrays, PartialShape


class LayerNormalization(Layer):
    r"""Each example brought to mean 0 and variance 1 over some axes (Ba et al. 2016).

    .. math:: y = \gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta

    Args:
        axis: The axis, or several, over which the statistics are taken; γ and β have their sizes.
        epsilon: Added to the variance, at least 0.
        center: Whether β is added.
        scale: Whether γ is multiplied.
        beta_initializer: First values of β.
        gamma_initializer: First values of γ.
        beta_regularizer: Penalty on β in the training loss.
        gamma_regularizer: Penalty on γ.
        beta_constraint: Projection of β after each update.
        gamma_constraint: Projection of γ after each update.
        rms_scaling: Keras' deprecated variant; not offered, see :class:`RMSNormalization`.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``axis`` is no integer and no list of integers.
        UnsupportedError: If ``rms_scaling`` is True.
    """

    setting_names = ("epsilon",)

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if rms_scaling:
            raise UnsupportedError(
                "LayerNormalization does not offer Keras' deprecated `rms_scaling`; received: rms_scaling=True. "
                "Use `RMSNormalization`."
            )
        self.axis = checked_axes(axis)
        self.epsilon = checked_number(epsilon, "epsilon", 0.0)
        self.center = center
        self.scale = scale
        self.beta_initializer = checked_initializer(beta_initializer)
        self.gamma_initializer = checked_initializer(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.rms_scaling = rms_scaling
        self.gamma = self.beta = None

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make γ and β, where wanted, with the sizes along the axes."""
        shape = axis_sizes(self.name, input_shape, self.axis)
        params = {}
        if self.scale:
            params["gamma"] = self.gamma_initializer(shape, dtype=self.dtype)
        if self.center:
            params["beta"] = self.beta_initializer(shape, dtype=self.dtype)
        return params, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Normalize each example."""
        del state
        axes = positive_axes(self.axis, inputs.ndim)
        values = inputs.astype(jnp.float32)
        deviations = values - jnp.mean(values, axis=axes, keepdims=True)
        variance = jnp.mean(jnp.square(deviations), axis=axes, keepdims=True)
        outputs = deviations * lax.rsqrt(variance + jnp.asarray(context.settings["epsilon"], jnp.float32))
        if self.scale:
            outputs = outputs * along(params["gamma"], axes, inputs)
        if self.center:
            outputs = outputs + along(params["beta"], axes, inputs)
        return outputs.astype(inputs.dtype), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        axis_sizes(self.name, input_shape, self.axis)
        return input_shape


class RMSNormalization(Layer):
    r"""Each example divided by its root mean square (Zhang and Sennrich 2019).

    .. math:: y = scale \cdot x / \sqrt{\mathrm{mean}(x^2) + \epsilon}

    Args:
        axis: The axis, or several, over which the mean is taken; ``scale`` has their sizes.
        epsilon: Added to the mean square, at least 0.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``axis`` is no integer and no list of integers.
    """

    setting_names = ("epsilon",)

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = checked_axes(axis)
        self.epsilon = checked_number(epsilon, "epsilon", 0.0)

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the scale, ones."""
        shape = axis_sizes(self.name, input_shape, self.axis)
        return {"scale": checked_initializer("ones")(shape, dtype=self.dtype)}, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Divide each example."""
        del state
        axes = positive_axes(self.axis, inputs.ndim)
        values = inputs.astype(jnp.float32)
        mean_square = jnp.mean(jnp.square(values), axis=axes, keepdims=True)
        outputs = values * lax.rsqrt(mean_square + jnp.asarray(context.settings["epsilon"], jnp.float32))
        return (outputs * along(params["scale"], axes, inputs)).astype(inputs.dtype), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        axis_sizes(self.name, input_shape, self.axis)
        return input_shape


class UnitNormalization(Layer):
    """Each example divided by its length.

    Args:
        axis: The axis, or several, along which the length is taken.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``axis`` is no integer and no list of integers.
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = checked_axes(axis)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute x / max(length of x, 1e-12)."""
        del params, state, context
        squares = jnp.sum(jnp.square(inputs), axis=positive_axes(self.axis, inputs.ndim), keepdims=True)
        return inputs * lax.rsqrt(jnp.maximum(squares, 1e-24)), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        for axis in (self.axis,) if isinstance(self.axis, int) else self.axis:
            if not -len(input_shape) <= axis < len(input_shape):
                raise ShapeError(
                    f"The layer {self.name!r} needs inputs that have an axis {axis}; "
                    f"received shape: {tuple(input_shape)}."
                )
        return input_shape
