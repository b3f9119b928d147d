"""Numbers seen through waves, so that a network can tell values apart that lie close together."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier import initializers
from ranvier.arguments import checked_number, plain_integers
from ranvier.errors import ConfigurationError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.feature_scale import last_dimension
from ranvier.types import Arrays, PartialShape


class PeriodicEmbedding(Layer):
    r"""Each feature as itself and some linear mixtures of its waves.

    .. math:: y_j = (x_j,\ \cos(2 \pi w_j x_j + c_j) V_j + b_j)

    Each feature j has weights of its own: ``frequencies`` waves, mixed to ``units - 1`` numbers.

    Args:
        frequencies: The number of waves of a feature.
        units: How many numbers a feature becomes, itself counted; at least 2.
        deviation: The standard deviation of the first frequencies w.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a number is out of range.

    Source: the embedding called PBLD in Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491,
    after Gorishniy et al., On embeddings for numerical features (2022), https://arxiv.org/abs/2203.05556.
    """

    def __init__(self, frequencies: int = 16, units: int = 4, deviation: float = 0.1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.frequencies = _whole("frequencies", frequencies, 1)
        self.units = _whole("units", units, 2)
        self.deviation = checked_number(deviation, "deviation", 0.0)

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make w and c, (features, frequencies), V, (features, frequencies, units - 1), b, (features, units - 1)."""
        features = last_dimension(self, input_shape)
        waves, mixed = (features, self.frequencies), (features, self.units - 1)
        bound = 1.0 / math.sqrt(self.frequencies)
        uniform = initializers.RandomUniform(-bound, bound)
        return {
            "frequency": _drawn(initializers.RandomNormal(0.0, self.deviation), waves, self.dtype),
            "phase": _drawn(initializers.RandomUniform(-math.pi, math.pi), waves, self.dtype),
            "kernel": _drawn(uniform, (*waves, self.units - 1), self.dtype),
            "bias": _drawn(uniform, mixed, self.dtype),
        }, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Embed the last axis: (batch, features) becomes (batch, features * units)."""
        del state, context
        turn = np.asarray(2.0 * math.pi, inputs.dtype)
        waves = jnp.cos(turn * (inputs[..., None] * params["frequency"]) + params["phase"])
        mixed = jnp.einsum("...fk,fku->...fu", waves, params["kernel"]) + params["bias"]
        embedded = jnp.concatenate([inputs[..., None], mixed], axis=-1)
        return embedded.reshape(*inputs.shape[:-1], inputs.shape[-1] * self.units), {}

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(*input_shape[:-1], features * units)``."""
        return (*input_shape[:-1], last_dimension(self, input_shape) * self.units)


def _whole(name: str, value: Any, least: int) -> int:
    value = plain_integers(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ConfigurationError(f"`{name}` must be an integer of at least {least}; received: {value!r}.")
    return value


def _drawn(initializer: Any, shape: tuple[int, ...], dtype: str) -> np.ndarray[Any, Any]:
    return np.asarray(initializer(shape, dtype=dtype))
