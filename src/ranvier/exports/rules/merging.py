"""Layers on several inputs."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.exports.builder import Builder
from ranvier.exports.program import Tensor
from ranvier.exports.rules.statistics import unit
from ranvier.exports.translation import Translation


def _reduction(kind: str) -> Any:
    def rule(to: Translation, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
        del layer
        return functools.reduce(
            lambda first, second: to.build.binary(kind, first, second), _aligned(to.build, inputs)
        )

    return rule


add, subtract, multiply, maximum, minimum = map(
    _reduction, ("add", "subtract", "multiply", "maximum", "minimum")
)


def average(to: Translation, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    """The mean of the inputs."""
    return to.build.divide(add(to, layer, inputs), float(len(inputs)))


def concatenate(to: Translation, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    """The inputs side by side."""
    return to.build.concatenate(_aligned(to.build, inputs), layer.axis)


def dot(to: Translation, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    """Products summed along an axis of each of two inputs."""
    build, (first, second) = to.build, inputs
    axes = layer.axes if isinstance(layer.axes, list) else [layer.axes] * 2
    one, other = axes[0] % first.ndim, axes[1] % second.ndim
    if layer.normalize:
        first, second = unit(build, first, [one]), unit(build, second, [other])
    letters = iter("cdefghijklmnopq")
    left = ["a" if axis == 0 else "b" if axis == one else next(letters) for axis in range(first.ndim)]
    right = ["a" if axis == 0 else "b" if axis == other else next(letters) for axis in range(second.ndim)]
    kept = [each for each in left if each not in "ab"] + [each for each in right if each not in "ab"]
    sizes = {**dict(zip(left, first.shape, strict=True)), **dict(zip(right, second.shape, strict=True))}
    equation = f"{''.join(left)},{''.join(right)}->a{''.join(kept)}"
    shape = (sizes["a"], *(sizes[each] for each in kept))
    outputs = build.step("einsum", [first, second], shape, first.dtype, equation=equation)
    return outputs if kept else build.expand_axes(outputs, [1])


def _aligned(build: Builder, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Give tensors one dtype and equally many axes, new ones behind the batch."""
    # The engine never goes to double precision.
    kind = (
        "float32"
        if any(each.is_float for each in inputs)
        else str(np.result_type(*(i.dtype for i in inputs)))
    )
    rank = max(each.ndim for each in inputs)
    return [build.expand_axes(build.cast(each, kind), range(1, 1 + rank - each.ndim)) for each in inputs]
