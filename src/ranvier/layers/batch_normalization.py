"""Normalization by the statistics of the batch, and by their running averages in inference."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ranvier import constraints, regularizers
from ranvier.arguments import checked_number, plain_integers
from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import checked_initializer
from ranvier.layers.shapes import axis_size
from ranvier.types import Array, Arrays, PartialShape


class BatchNormalization(Layer):
    r"""Each feature brought to mean 0 and variance 1 over the batch (Ioffe and Szegedy 2015).

    .. math:: y = \gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta

    In training μ and σ² are those of the batch, rows that only pad it left out; in inference, and
    where ``trainable`` is False, they are the running averages
    :math:`m \leftarrow momentum \cdot m + (1 - momentum) \cdot \mu`.

    Args:
        axis: The axis of the features; statistics are taken over all others.
        momentum: Share of the old average that is kept, in [0, 1].
        epsilon: Added to the variance, at least 0.
        center: Whether β is added.
        scale: Whether γ is multiplied.
        beta_initializer: First values of β, shape (features,).
        gamma_initializer: First values of γ, shape (features,).
        moving_mean_initializer: First values of the running mean.
        moving_variance_initializer: First values of the running variance.
        beta_regularizer: Penalty on β in the training loss.
        gamma_regularizer: Penalty on γ.
        beta_constraint: Projection of β after each update.
        gamma_constraint: Projection of γ after each update.
        renorm: Batch renormalization; not offered.
        synchronized: Statistics shared between devices; not offered.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a number is out of range or ``axis`` is no integer.
        UnsupportedError: If ``renorm`` or ``synchronized`` is True.
    """

    setting_names = ("momentum", "epsilon")

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, asked in (("renorm", renorm), ("synchronized", synchronized)):
            if asked:
                raise UnsupportedError(
                    f"BatchNormalization does not offer `{name}`; received: {name}=True. Leave it out."
                )
        axis = plain_integers(axis)
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise ConfigurationError(f"`axis` must be an integer; received: {axis!r}.")
        self.axis = axis
        self.momentum = checked_number(momentum, "momentum", 0.0, 1.0)
        self.epsilon = checked_number(epsilon, "epsilon", 0.0)
        self.center = center
        self.scale = scale
        self.beta_initializer = checked_initializer(beta_initializer)
        self.gamma_initializer = checked_initializer(gamma_initializer)
        self.moving_mean_initializer = checked_initializer(moving_mean_initializer)
        self.moving_variance_initializer = checked_initializer(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.renorm = renorm
        self.synchronized = synchronized
        self.gamma = self.beta = None

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make γ and β, where wanted, and the running averages, each of shape (features,)."""
        shape = (axis_size(self.name, input_shape, self.axis),)
        params = {}
        if self.scale:
            params["gamma"] = self.gamma_initializer(shape, dtype=self.dtype)
        if self.center:
            params["beta"] = self.beta_initializer(shape, dtype=self.dtype)
        return params, {
            "moving_mean": self.moving_mean_initializer(shape, dtype=self.dtype),
            "moving_variance": self.moving_variance_initializer(shape, dtype=self.dtype),
        }

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Normalize; in training also return the new running averages."""
        axis = self.axis % inputs.ndim
        features = state["moving_mean"].shape[0]
        self.compute_output_shape(inputs.shape)
        # Half precision overflows in squares and sums.
        values = inputs.astype(jnp.float32)
        old_mean, old_variance = (
            jnp.asarray(state[name], jnp.float32) for name in ("moving_mean", "moving_variance")
        )
        changed: Arrays = {}
        mean, variance = old_mean, old_variance
        if context.training and self.trainable:
            mean, variance = _moments(values, axis, self._real(inputs, context))
            momentum = jnp.asarray(context.settings["momentum"], jnp.float32)
            for name, old, new in (
                ("moving_mean", old_mean, mean),
                ("moving_variance", old_variance, variance),
            ):
                # The averages are data to the loss: no gradient flows through them.
                changed[name] = old * momentum + lax.stop_gradient(new) * (1.0 - momentum)
        shape = [1] * inputs.ndim
        shape[axis] = features
        factor = lax.rsqrt(variance + jnp.asarray(context.settings["epsilon"], jnp.float32))
        if self.scale:
            factor = factor * jnp.asarray(params["gamma"], jnp.float32)
        outputs = (values - mean.reshape(shape)) * factor.reshape(shape)
        if self.center:
            outputs = outputs + jnp.asarray(params["beta"], jnp.float32).reshape(shape)
        return outputs.astype(inputs.dtype), {
            name: value.astype(state[name].dtype) for name, value in changed.items()
        }

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        size = axis_size(self.name, input_shape, self.axis)
        built = self._state.get("moving_mean")
        if built is not None and size != built.shape[0]:
            raise ShapeError(
                f"The layer {self.name!r} was built for {built.shape[0]} features along axis {self.axis}; "
                f"received shape: {tuple(input_shape)}."
            )
        return input_shape

    def _real(self, inputs: Any, context: CallContext) -> Any | None:
        """Tell, broadcast against the inputs, which positions count; None: all."""
        real = None
        if context.valid is not None:
            real = (context.valid > 0.0).reshape(-1, *[1] * (inputs.ndim - 1))
        if context.mask is not None:
            mask = jnp.asarray(context.mask)
            if mask.ndim != inputs.ndim - 1:
                raise ShapeError(
                    f"The mask of the layer {self.name!r} must have one axis less than its inputs, of shape "
                    f"{tuple(inputs.shape)}; received shape: {tuple(mask.shape)}."
                )
            mask = mask.astype(bool)[..., None]
            real = mask if real is None else real & mask
        return real


def _moments(values: Array, axis: int, real: Any | None) -> tuple[Any, Any]:
    """Return mean and (biased) variance of each feature over the positions that are real."""
    others = tuple(each for each in range(values.ndim) if each != axis)
    if real is None:
        mean = jnp.mean(values, axis=others, keepdims=True)
        variance = jnp.mean(jnp.square(values - mean), axis=others)
        return mean.reshape(-1), variance
    counted = jnp.broadcast_to(real, values.shape)
    # Only the axes along which `real` differs are summed; the others are known sizes.
    count = jnp.sum(real.astype(jnp.float32))
    for each in others:
        count = count * (values.shape[each] / real.shape[each])
    count = jnp.maximum(count, 1.0)
    mean = jnp.sum(jnp.where(counted, values, 0.0), axis=others, keepdims=True) / count
    squares = jnp.where(counted, jnp.square(values - mean), 0.0)
    return mean.reshape(-1), jnp.sum(squares, axis=others) / count
