"""What every initializer is."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import ml_dtypes  # importing it also teaches NumPy the name "bfloat16"
import numpy as np

from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Configuration, Shape

Values: TypeAlias = "np.ndarray[Any, Any]"
DType: TypeAlias = "np.dtype[Any]"

_FLOATS = tuple(np.dtype(kind) for kind in (np.float16, ml_dtypes.bfloat16, np.float32, np.float64))


class Initializer:
    """Base of all initializers; a user's own overrides ``__call__`` and ``get_config``."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Values:
        """Make the first values of a weight.

        Args:
            shape: The weight's shape.
            dtype: The weight's dtype; float32 when None.

        Returns:
            A NumPy array of that shape and dtype.

        Raises:
            ShapeError: If the shape is not known, or the initializer cannot fill it.
            ConfigurationError: If the dtype does not suit.
        """
        return self._values(checked_shape(shape), checked_dtype(dtype))

    def _values(self, shape: Shape, dtype: DType) -> Values:
        del shape, dtype
        raise UnsupportedError(f"{type(self).__name__} must define `__call__(self, shape, dtype=None)`.")

    def get_config(self) -> Configuration:
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build the initializer whose ``get_config`` returned ``config``."""
        return cls(**config)

    def clone(self) -> Self:
        """Build another initializer of the same configuration."""
        return self.from_config(self.get_config())


def checked_shape(shape: Sequence[int]) -> Shape:
    """Return a shape as a tuple of integers.

    Raises:
        ShapeError: If it is no sequence of non-negative integers.
    """
    try:
        sizes = tuple(operator.index(size) for size in shape)
    except TypeError:
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise ShapeError(
            f"The shape of a weight must be a tuple of non-negative integers; received: {shape!r}."
        )
    return sizes


def checked_dtype(dtype: Any) -> DType:
    """Return a NumPy dtype of numbers or booleans; float32 for None.

    Raises:
        ConfigurationError: If it is none.
    """
    try:
        known = np.dtype(np.float32 if dtype is None else dtype)
    except TypeError:
        known = np.dtype(object)
    if known.kind not in "biufc" and known not in _FLOATS:
        raise ConfigurationError(f"`dtype` must name a dtype of numbers; received: {dtype!r}.")
    return known


def require_floats(dtype: DType, name: str) -> None:
    """Refuse a dtype that random numbers cannot be drawn in.

    Raises:
        ConfigurationError: If it is not a float's.
    """
    if dtype not in _FLOATS:
        raise ConfigurationError(
            f"{name} draws floats, so `dtype` must be one of "
            f"{', '.join(str(kind) for kind in _FLOATS)}; received: {str(dtype)!r}."
        )
