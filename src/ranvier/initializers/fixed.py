"""Initializers that draw nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ranvier.arguments import checked_number
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.initializers.base import DType, Initializer, Values

if TYPE_CHECKING:
    from ranvier.types import Configuration, Shape


class Zeros(Initializer):
    """Zeros of any dtype."""

    def _values(self, shape: Shape, dtype: DType) -> Values:
        return np.zeros(shape, dtype)


class Ones(Initializer):
    """Ones of any dtype."""

    def _values(self, shape: Shape, dtype: DType) -> Values:
        return np.ones(shape, dtype)


class Constant(Initializer):
    """One number everywhere, or given numbers.

    Args:
        value: A number, or an array that broadcasts to the shape of the weight, such as a table of
            embeddings.

    Raises:
        ConfigurationError: If the value is no number and no array of numbers.
    """

    def __init__(self, value: Any = 0.0) -> None:
        array = np.asarray(value)
        if array.dtype.kind in "OUSMm":
            raise ConfigurationError(
                f"`value` must be a number or an array of numbers; received: {value!r:.200}."
            )
        self.value = array.item() if array.ndim == 0 else array

    def _values(self, shape: Shape, dtype: DType) -> Values:
        array = np.asarray(self.value)
        try:
            return np.broadcast_to(array, shape).astype(dtype)
        except ValueError as error:
            raise ShapeError(
                f"The constant has shape {array.shape}, which does not broadcast to that of the weight; "
                f"received shape: {shape}."
            ) from error

    def get_config(self) -> Configuration:
        """Return the value, an array as nested lists with its dtype."""
        if not isinstance(self.value, np.ndarray):
            return {"value": self.value}
        config = {"value": self.value.tolist(), "dtype": str(self.value.dtype)}
        return {"value": {"class_name": "__numpy__", "config": config}}

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build the initializer whose ``get_config`` returned ``config``."""
        value = config.get("value", 0.0)
        if isinstance(value, Mapping):
            value = np.array(value["config"]["value"], dtype=value["config"]["dtype"])
        return cls(value)


class GivenValues(Constant):
    """The given array itself, for a weight of exactly its shape; :func:`get` makes these of arrays.

    Args:
        value: An array of numbers.
    """

    def _values(self, shape: Shape, dtype: DType) -> Values:
        if np.shape(self.value) != shape:
            raise ShapeError(
                f"The array given as initializer has shape {np.shape(self.value)} and fits only a weight of "
                f"that shape; received shape: {shape}."
            )
        return super()._values(shape, dtype)


class Identity(Initializer):
    """Ones on the main diagonal of a matrix, zeros elsewhere, times a gain.

    Args:
        gain: The value on the diagonal.

    Raises:
        ConfigurationError: If the gain is no finite number.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = checked_number(gain, "gain")

    def _values(self, shape: Shape, dtype: DType) -> Values:
        if len(shape) != 2:
            raise ShapeError(f"The identity initializer fills matrices; received shape: {shape}.")
        return (self.gain * np.eye(*shape)).astype(dtype)

    def get_config(self) -> Configuration:
        """Return the gain."""
        return {"gain": self.gain}
