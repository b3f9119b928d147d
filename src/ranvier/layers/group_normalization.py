"""Normalization of groups of features, example by example."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ranvier import constraints, regularizers
from ranvier.arguments import checked_number, plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import checked_initializer
from ranvier.layers.shapes import along, axis_size
from ranvier.types import Arrays, PartialShape


class GroupNormalization(Layer):
    """Each example's features in groups, each group brought to mean 0 and variance 1 (Wu and He 2018).

    Args:
        groups: Number of groups; -1 for one per feature.
        axis: The axis of the features.
        epsilon: Added to the variance, at least 0.
        center: Whether β is added.
        scale: Whether γ is multiplied.
        beta_initializer: First values of β, shape (features,).
        gamma_initializer: First values of γ, shape (features,).
        beta_regularizer: Penalty on β in the training loss.
        gamma_regularizer: Penalty on γ.
        beta_constraint: Projection of β after each update.
        gamma_constraint: Projection of γ after each update.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``groups`` is neither positive nor -1.
        ShapeError: If the number of features is no multiple of ``groups``.
    """

    setting_names = ("epsilon",)

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        groups, axis = plain_integers((groups, axis))
        if isinstance(groups, bool) or not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise ConfigurationError(f"`groups` must be a positive integer, or -1; received: {groups!r}.")
        self.groups = groups
        self.axis = axis
        self.epsilon = checked_number(epsilon, "epsilon", 0.0)
        self.center = center
        self.scale = scale
        self.beta_initializer = checked_initializer(beta_initializer)
        self.gamma_initializer = checked_initializer(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.gamma = self.beta = None

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make γ and β, where wanted, of shape (features,)."""
        features = axis_size(self.name, input_shape, self.axis)
        if features % self._groups(features):
            raise ShapeError(
                f"The layer {self.name!r} has {self.groups} groups and needs a multiple of that many features; "
                f"received shape: {tuple(input_shape)}."
            )
        params = {}
        if self.scale:
            params["gamma"] = self.gamma_initializer((features,), dtype=self.dtype)
        if self.center:
            params["beta"] = self.beta_initializer((features,), dtype=self.dtype)
        return params, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Normalize each group of each example."""
        del state
        axis = self.axis % inputs.ndim
        groups = self._groups(inputs.shape[axis])
        shape = (*inputs.shape[:axis], groups, inputs.shape[axis] // groups, *inputs.shape[axis + 1 :])
        values = inputs.astype(jnp.float32).reshape(shape)
        inside = tuple(each for each in range(1, len(shape)) if each != axis)
        deviations = values - jnp.mean(values, axis=inside, keepdims=True)
        variance = jnp.mean(jnp.square(deviations), axis=inside, keepdims=True)
        outputs = deviations * lax.rsqrt(variance + jnp.asarray(context.settings["epsilon"], jnp.float32))
        outputs = outputs.reshape(inputs.shape)
        if self.scale:
            outputs = outputs * along(params["gamma"], (axis,), inputs)
        if self.center:
            outputs = outputs + along(params["beta"], (axis,), inputs)
        return outputs.astype(inputs.dtype), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        axis_size(self.name, input_shape, self.axis)
        return input_shape

    def _groups(self, features: int) -> int:
        return features if self.groups == -1 else self.groups
