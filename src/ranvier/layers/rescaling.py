"""Data brought to another scale."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import structural_value
from ranvier.types import Arrays, StructureKey


class Rescaling(Layer):
    """Inputs multiplied by a number, with another added, such as pixels divided by 255.

    Args:
        scale: The factor, or one for each position of the last axes.
        offset: What is added, likewise.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If either is not made of finite numbers.
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = _numbers(scale, "scale")
        self.offset = _numbers(offset, "offset")

    def settings(self) -> dict[str, float]:
        """Factor and offset, where they are single numbers."""
        given = {"scale": self.scale, "offset": self.offset}
        return {name: value for name, value in given.items() if isinstance(value, float)}

    def structure(self) -> StructureKey:
        """The lists among factor and offset; single numbers are data."""
        lists = [None if isinstance(value, float) else value for value in (self.scale, self.offset)]
        return (Rescaling, structural_value(lists), self.dtype)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute scale x + offset."""
        del params, state
        scale = jnp.asarray(context.settings.get("scale", self.scale), inputs.dtype)
        offset = jnp.asarray(context.settings.get("offset", self.offset), inputs.dtype)
        return inputs * _behind(scale, inputs) + _behind(offset, inputs), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


def _behind(values: Any, inputs: Any) -> Any:
    return values.reshape(*[1] * (inputs.ndim - values.ndim), *values.shape) if values.ndim else values


def _numbers(value: Any, name: str) -> Any:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f"`{name}` must be a number or a list of numbers; received: {value!r}."
        ) from error
    if not np.isfinite(array).all():
        raise ConfigurationError(f"`{name}` must consist of finite numbers; received: {value!r}.")
    return float(array) if array.ndim == 0 else array.tolist()
