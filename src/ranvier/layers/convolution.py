"""Convolution of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from ranvier import activations, constraints, regularizers
from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import checked_initializer
from ranvier.layers.shapes import (
    checked_data_format,
    checked_padding,
    checked_pair,
    image_shape,
    windows_along,
    with_image_size,
)
from ranvier.types import Arrays, PartialShape


class Conv2D(Layer):
    r"""The same small kernel applied at every place of an image.

    .. math:: y_{ij} = f\Big(b + \sum_{uv} x_{i s + u,\, j s + v}\, K_{uv}\Big)

    Args:
        filters: Number of output channels, at least 1.
        kernel_size: Height and width of the kernel.
        strides: Steps between two places.
        padding: ``"valid"``: the kernel stays inside; ``"same"``: one place for each stride begun,
            zeros around the image.
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        dilation_rate: Distance between the points of the kernel; not together with strides.
        groups: Into how many groups the channels are split; each sees only its own.
        activation: The function f; a name, a callable, or None for the identity.
        use_bias: Whether b is added.
        kernel_initializer: First values of K, shape (height, width, channels / groups, filters).
        bias_initializer: First values of b, shape (filters,).
        kernel_regularizer: Penalty on K in the training loss.
        bias_regularizer: Penalty on b.
        activity_regularizer: Penalty on y, divided by the batch size.
        kernel_constraint: Projection of K after each update.
        bias_constraint: Projection of b after each update.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a number is out of range, or strides and dilation are both above 1.
        ShapeError: If the inputs are no images, smaller than the kernel, or their channels do not
            split into the groups.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = (1, 1),
        groups: int = 1,
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
        filters, groups = plain_integers((filters, groups))
        for name, number in (("filters", filters), ("groups", groups)):
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise ConfigurationError(f"`{name}` must be a positive integer; received: {number!r}.")
        if filters % groups:
            raise ConfigurationError(
                f"`filters` must be a multiple of `groups`; received: filters={filters}, groups={groups}."
            )
        self.filters = filters
        self.kernel_size = checked_pair(kernel_size, "kernel_size")
        self.strides = checked_pair(strides, "strides")
        self.padding = checked_padding(padding)
        self.data_format = checked_data_format(data_format)
        self.dilation_rate = checked_pair(dilation_rate, "dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ConfigurationError(
                "`strides` and `dilation_rate` cannot both be above 1; "
                f"received: strides={self.strides}, dilation_rate={self.dilation_rate}."
            )
        self.groups = groups
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
        """Make the kernel and the bias."""
        self.compute_output_shape(input_shape)
        channels = image_shape(self.name, input_shape, self.data_format)[1]
        if channels is None or channels % self.groups:
            raise ShapeError(
                f"The layer {self.name!r} needs a known number of channels, a multiple of groups={self.groups}; "
                f"received shape: {tuple(input_shape)}."
            )
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        params = {"kernel": self.kernel_initializer(shape, dtype=self.dtype)}
        if self.use_bias:
            params["bias"] = self.bias_initializer((self.filters,), dtype=self.dtype)
        return params, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Convolve, add the bias, activate."""
        del state
        self.compute_output_shape(inputs.shape)
        layout = "NHWC" if self.data_format == "channels_last" else "NCHW"
        outputs = lax.conv_general_dilated(
            inputs,
            jnp.asarray(params["kernel"]),
            window_strides=self.strides,
            padding=self.padding.upper(),
            rhs_dilation=self.dilation_rate,
            dimension_numbers=(layout, "HWIO", layout),
            feature_group_count=self.groups,
        )
        if self.use_bias:
            shape = (1, 1, 1, -1) if self.data_format == "channels_last" else (1, -1, 1, 1)
            outputs = outputs + params["bias"].reshape(shape)
        return context.activate(self.activation, outputs), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the shape of the images of ``filters`` channels."""
        size, channels = image_shape(self.name, input_shape, self.data_format)
        kernel = self._parameters.get("kernel")
        if kernel is not None and channels not in (None, kernel.shape[2] * self.groups):
            raise ShapeError(
                f"The layer {self.name!r} was built for images of {kernel.shape[2] * self.groups} channels; "
                f"received shape: {tuple(input_shape)}."
            )
        places = tuple(
            windows_along(self.name, extent, (window - 1) * dilation + 1, stride, self.padding)
            for extent, window, dilation, stride in zip(
                size, self.kernel_size, self.dilation_rate, self.strides, strict=True
            )
        )
        return with_image_size(input_shape, places, self.filters, self.data_format)
