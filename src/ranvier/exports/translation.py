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
        self._weights: dict[int, Tensor] = {}

    def weight(self, variable: Variable) -> Tensor:
        """Return a weight as a constant named by its path; the same one each time."""
        if id(variable) not in self._weights:
            path = self._paths.get(id(variable), variable.path)
            self._weights[id(variable)] = self.build.constant(
                np.asarray(variable.value), variable.dtype, path
            )
        return self._weights[id(variable)]

    def parameter(self, layer: Any, name: str) -> Tensor | None:
        """Return the weight of a layer, trained or not, by its name in the layer; None where it has none."""
        variable = {**layer._state, **layer._parameters}.get(name)
        return None if variable is None else self.weight(variable)

    def kernel(self, layer: Any) -> Tensor:
        """Return the weight ``kernel`` of a layer."""
        found = self.parameter(layer, "kernel")
        assert found is not None
        return found
