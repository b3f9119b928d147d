"""The words for arrays and trees that every signature uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import jax

Array: TypeAlias = "jax.Array | np.ndarray[Any, Any]"
"""An array of the engine or of NumPy."""

ArrayLike: TypeAlias = "jax.typing.ArrayLike"
"""Whatever the engine takes for an array: arrays, numbers."""

Shape: TypeAlias = tuple[int, ...]
"""A shape whose every dimension is known."""

PartialShape: TypeAlias = tuple[int | None, ...]
"""A shape in which ``None`` stands for a dimension not known yet, such as the batch."""

Arrays: TypeAlias = "dict[str, Array]"
"""Arrays by name: a layer's parameters, a metric's state."""

Settings: TypeAlias = Mapping[str, "float | Array"]
"""Numbers that steer a computation without changing its structure, such as a dropout rate.

They reach a compiled program as data, so changing one never compiles again.
"""

Configuration: TypeAlias = dict[str, Any]
"""The keyword arguments that build an object again; values are JSON types or nested configurations."""

StructureKey: TypeAlias = tuple[Any, ...]
"""A hashable value that is equal for two objects exactly when they trace to the same program."""

ElementwiseFunction: TypeAlias = "Callable[[Array], Array]"
"""A function of one array that keeps its shape, such as an activation."""
