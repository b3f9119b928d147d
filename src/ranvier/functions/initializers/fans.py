"""How many inputs and outputs a weight connects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ranvier.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Shape


def compute_fans(
    shape: Shape, input_axes: Sequence[int] | None = None, output_axes: Sequence[int] | None = None
) -> tuple[int, int]:
    """Count the inputs and outputs of one position of a weight, by Keras' rules.

    A matrix is (inputs, outputs); more axes are a convolution kernel (*receptive field, inputs,
    outputs); a vector counts its length twice; a scalar counts 1.

    Args:
        shape: The weight's shape.
        input_axes: Axes whose sizes multiply to the number of inputs, or None for the rules.
        output_axes: Axes whose sizes multiply to the number of outputs; given with ``input_axes``.

    Returns:
        The numbers of inputs and outputs.

    Raises:
        ShapeError: If an axis does not exist.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep networks" (2010).
    """
    if input_axes is not None and output_axes is not None:
        return _product(shape, input_axes), _product(shape, output_axes)
    if len(shape) < 2:
        size = math.prod(shape)
        return size, size
    receptive_field = math.prod(shape[:-2])
    return shape[-2] * receptive_field, shape[-1] * receptive_field


def _product(shape: Shape, axes: Sequence[int]) -> int:
    missing = [axis for axis in axes if not -len(shape) <= axis < len(shape)]
    if missing:
        raise ShapeError(
            f"The initializer counts the sizes of axes {tuple(axes)}; "
            f"received shape {shape}, which has no axis {missing[0]}."
        )
    return math.prod(shape[axis] for axis in axes)
