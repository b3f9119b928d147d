"""What the rules of layers work with: the steps made so far, and the weights by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.exports.builder import Builder
from ranvier.exports.program import Tensor
from ranvier.variable import Variable


class Translation:
    """The translation of one network.

    Args:
        paths: The name of each weight.
    """

    def __init__(self, paths: Mapping[str, Variable]) -> None:
        self.build = Builder()
        self._paths = {id(variable): path for path, variable in paths.items()}
        self._weights: dict[tuple[int, float], Tensor] = {}

    def weight(self, variable: Variable, factor: float = 1.0) -> Tensor:
        """Return a weight, times a factor, as a constant named by its path; the same one each time."""
        key = (id(variable), factor)
        if key not in self._weights:
            path = self._paths.get(id(variable), variable.path)
            value = np.asarray(variable.value)
            scaled = value if factor == 1.0 else value * np.asarray(factor, value.dtype)
            self._weights[key] = self.build.constant(scaled, variable.dtype, path)
        return self._weights[key]

    def parameter(self, layer: Any, name: str) -> Tensor | None:
        """Return the weight of a layer, trained or not, by its name in the layer; None where it has none."""
        variable = {**layer._state, **layer._parameters}.get(name)
        return None if variable is None else self.weight(variable)

    def kernel(self, layer: Any) -> Tensor:
        """Return the weight ``kernel`` of a layer."""
        found = self.parameter(layer, "kernel")
        assert found is not None
        return found
