"""The fully connected layer."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ranvier import activations, constraints, regularizers
from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import checked_initializer
from ranvier.types import Arrays, PartialShape


class Dense(Layer):
    r"""Every input connected to every unit.

    .. math:: y = f(x W + b)

    Args:
        units: Number of units, at least 1.
        activation: The function f; a name, a callable, or None for the identity.
        use_bias: Whether b is added.
        kernel_initializer: First values of W, shape (features, units).
        bias_initializer: First values of b, shape (units,).
        kernel_regularizer: Penalty on W in the training loss.
        bias_regularizer: Penalty on b.
        activity_regularizer: Penalty on y, divided by the batch size.
        kernel_constraint: Projection of W after each update.
        bias_constraint: Projection of b after each update.
        **kwargs: ``name``, ``trainable``, ``dtype``, ``input_shape``; see :class:`Layer`.

    Raises:
        ConfigurationError: If ``units`` is not a positive integer.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        units = plain_integers(units)
        if isinstance(units, bool) or not isinstance(units, int) or units < 1:
            raise ConfigurationError(f"`units` must be a positive integer; received: {units!r}.")
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = checked_initializer(kernel_initializer)
        self.bias_initializer = checked_initializer(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.bias = None

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the kernel (features, units) and the bias (units,)."""
        features = input_shape[-1] if input_shape else None
        if features is None:
            raise ShapeError(
                f"The layer {self.name!r} needs inputs of shape (batch, ..., features) with a known last "
                f"dimension; received shape: {tuple(input_shape)}."
            )
        params = {"kernel": self.kernel_initializer((features, self.units), dtype=self.dtype)}
        if self.use_bias:
            params["bias"] = self.bias_initializer((self.units,), dtype=self.dtype)
        return params, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute f(x W + b) over the last axis."""
        del state
        self._require_features(inputs.shape)
        outputs = jnp.matmul(inputs, params["kernel"])
        if self.use_bias:
            outputs = outputs + params["bias"]
        return context.activate(self.activation, outputs), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(*input_shape[:-1], units)``."""
        self._require_features(input_shape)
        return (*input_shape[:-1], self.units)

    def _require_features(self, shape: PartialShape) -> None:
        kernel = self._parameters.get("kernel")
        expected = None if kernel is None else kernel.shape[0]
        if not shape or (expected is not None and shape[-1] not in (None, expected)):
            raise ShapeError(
                f"The layer {self.name!r} was built for inputs whose last dimension is {expected}; "
                f"received shape: {tuple(shape)}."
            )
