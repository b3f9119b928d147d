"""An activation that each unit may take more or less of."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier import activations
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.feature_scale import last_dimension
from ranvier.types import Arrays, PartialShape


class ParametricActivation(Layer):
    r"""Between the identity and an activation, with a weight for each unit: :math:`y = x + a (f(x) - x)`.

    Args:
        activation: The function f; a name or a callable.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Source: Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491.
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the weights a, all 1, shape (units,)."""
        return {"share": np.ones(last_dimension(self, input_shape), self.dtype)}, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Mix the identity and the activation."""
        del state, context
        return inputs + (self.activation(inputs) - inputs) * params["share"], {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return the shape of the inputs."""
        return tuple(input_shape)
