"""A factor for each feature that training finds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.errors import ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.types import Arrays, PartialShape


class FeatureScale(Layer):
    r"""Each feature times a weight of its own, 1 at first: :math:`y = s \odot x`.

    In front of dense layers it lets training turn features up and down, and off.

    Args:
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the factors, shape (features,)."""
        return {"scale": np.ones(last_dimension(self, input_shape), self.dtype)}, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Multiply."""
        del state, context
        return inputs * params["scale"], {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the shape of the inputs."""
        return tuple(input_shape)


def last_dimension(layer: Layer, shape: PartialShape) -> int:
    """Return the number of features of inputs of a shape.

    Args:
        layer: Which layer asks, for the message.
        shape: The shape, batch in front.

    Raises:
        ShapeError: If it is unknown.
    """
    features = shape[-1] if len(shape) > 1 else None
    if features is None:
        raise ShapeError(
            f"The layer {layer.name!r} needs inputs of shape (batch, ..., features) with a known last dimension; "
            f"received shape: {tuple(shape)}."
        )
    return int(features)
