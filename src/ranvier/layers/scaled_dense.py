"""The fully connected layer in the neural-tangent parametrization."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.layers.base import CallContext
from ranvier.layers.dense import Dense
from ranvier.types import Arrays


class ScaledDense(Dense):
    r"""A :class:`Dense` layer whose product is divided by the root of the number of inputs.

    .. math:: y = f(x W / \sqrt{d} + b)

    With weights of size 1 the outputs have size 1 whatever the width, so that one learning rate suits all layers.

    Args:
        units: Number of units, at least 1.
        activation: The function f; a name, a callable, or None for the identity.
        use_bias: Whether b is added.
        kernel_initializer: First values of W, shape (d, units).
        bias_initializer: First values of b, shape (units,).
        **kwargs: Regularizers, constraints, ``name`` and so on; see :class:`Dense`.

    Source: Jacot et al., Neural tangent kernel (2018), https://arxiv.org/abs/1806.07572.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "standard_normal",
        bias_initializer: Any = "standard_normal",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer=_normal(kernel_initializer),
            bias_initializer=_normal(bias_initializer),
            **kwargs,
        )

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute the outputs over the last axis."""
        del state
        self._require_features(inputs.shape)
        factor = np.float32(1.0 / math.sqrt(inputs.shape[-1]))
        outputs = jnp.matmul(inputs, params["kernel"]) * factor.astype(inputs.dtype)
        if self.use_bias:
            outputs = outputs + params["bias"]
        return context.activate(self.activation, outputs), {}


def _normal(identifier: Any) -> Any:
    if identifier == "standard_normal":
        return {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 1.0}}
    return identifier
