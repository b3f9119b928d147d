"""Many small parameters side by side in one vector, so that a step has few kernels.

Compile time is linear in the number of fused kernels; an optimizer that works element by element
needs one for the vector instead of one for each bias. Large arrays stay apart: concatenating them
in every step would cost more than it saves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.types import Array, Shape

LARGEST_PACKED = 16_384
"""The largest number of floats of a parameter that is packed."""


class Packing:
    """Where each of a list of arrays lies: in a vector shared with others, or by itself.

    Args:
        shapes: The shape of each array.
        groups: A number for each; only arrays of one group share a vector. None: never packed.
    """

    def __init__(self, shapes: Sequence[Shape], groups: Sequence[int | None]) -> None:
        self.shapes = tuple(tuple(shape) for shape in shapes)
        self.sizes = [math.prod(shape) for shape in self.shapes]
        packed: dict[int, list[int]] = {}
        self.apart: list[int] = []
        for index, (size, group) in enumerate(zip(self.sizes, groups, strict=True)):
            if group is None or size > LARGEST_PACKED:
                self.apart.append(index)
            else:
                packed.setdefault(group, []).append(index)
        self.vectors = [members for members in packed.values() if len(members) > 1]
        self.apart.extend(members[0] for members in packed.values() if len(members) == 1)

    def first_members(self) -> list[int]:
        """Return, for each packed array, the index of an original that lies in it."""
        return [members[0] for members in self.vectors] + self.apart

    def pack(self, arrays: Sequence[Any]) -> list[Array]:
        """Join NumPy arrays (on the host) or traced arrays (in the program).

        Args:
            arrays: One array of each shape.

        Returns:
            The vectors, then the arrays that stay apart.
        """
        library = np if all(isinstance(array, np.ndarray) for array in arrays) else jnp
        joined = [
            library.concatenate([library.reshape(arrays[index], -1) for index in members])
            for members in self.vectors
        ]
        return [*joined, *(arrays[index] for index in self.apart)]

    def unpack(self, packed: Sequence[Any]) -> list[Array]:
        """Return the arrays that :meth:`pack` joined, as views where the library has views."""
        arrays: list[Any] = [None] * len(self.shapes)
        for members, vector in zip(self.vectors, packed, strict=False):
            start = 0
            for index in members:
                stop = start + self.sizes[index]
                arrays[index] = vector[start:stop].reshape(self.shapes[index])
                start = stop
        for index, array in zip(self.apart, packed[len(self.vectors) :], strict=True):
            arrays[index] = array
        return arrays
