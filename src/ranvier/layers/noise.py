"""Layers that disturb their inputs in training, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.arguments import checked_number, plain_integers
from ranvier.errors import ConfigurationError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.shapes import checked_data_format
from ranvier.types import Arrays, Configuration


class Dropout(Layer):
    r"""In training, each input set to 0 with a probability, the others scaled up (Srivastava et al. 2014).

    .. math:: y = m x / (1 - rate), \quad m \sim \mathrm{Bernoulli}(1 - rate)

    Args:
        rate: The fraction dropped, in [0, 1].
        noise_shape: Shape of the mask, batch included; a size of 1 drops along the whole axis.
        seed: A seed of the layer's own.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``rate`` is outside [0, 1].
    """

    setting_names = ("rate",)

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.seed = _checked_seed(seed)
        self.rate = checked_number(rate, "rate", 0.0, 1.0)
        self.noise_shape = _checked_noise_shape(noise_shape)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Drop in training; return the inputs otherwise."""
        del params, state
        if not context.training:
            return inputs, {}
        keep = 1.0 - jnp.asarray(context.settings["rate"], jnp.float32)
        shape = inputs.shape
        if self.noise_shape is not None:
            given = zip(self.noise_shape, inputs.shape, strict=True)
            shape = tuple(size if wanted is None else wanted for wanted, size in given)
        kept = jax.random.uniform(context.next_key(), shape, jnp.float32) < keep
        # A rate of 1 keeps nothing: 0 and not 0 / 0.
        scale = jnp.where(keep > 0.0, 1.0 / jnp.maximum(keep, 1e-37), 0.0)
        return jnp.where(kept, inputs * scale.astype(inputs.dtype), jnp.zeros((), inputs.dtype)), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


class SpatialDropout1D(Dropout):
    """Dropout of whole features of a sequence (batch, steps, features).

    Args:
        rate: The fraction dropped, in [0, 1].
        seed: A seed of the layer's own.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, noise_shape=(None, 1, None), seed=seed, **kwargs)

    def get_config(self) -> Configuration:
        """Return the keyword arguments that build an equal layer."""
        config = super().get_config()
        del config["noise_shape"]
        return config


class SpatialDropout2D(Dropout):
    """Dropout of whole channels of images.

    Args:
        rate: The fraction dropped, in [0, 1].
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        seed: A seed of the layer's own.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        self.data_format = checked_data_format(data_format)
        shape = (None, 1, 1, None) if self.data_format == "channels_last" else (None, None, 1, 1)
        super().__init__(rate, noise_shape=shape, seed=seed, **kwargs)

    def get_config(self) -> Configuration:
        """Return the keyword arguments that build an equal layer."""
        config = super().get_config()
        del config["noise_shape"]
        return config


class GaussianNoise(Layer):
    """In training, normal noise of mean 0 added.

    Args:
        stddev: Its standard deviation, at least 0.
        seed: A seed of the layer's own.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``stddev`` is negative.
    """

    setting_names = ("stddev",)

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = _checked_seed(seed)
        self.stddev = checked_number(stddev, "stddev", 0.0)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Add noise in training; return the inputs otherwise."""
        del params, state
        if not context.training:
            return inputs, {}
        noise = jax.random.normal(context.next_key(), inputs.shape, inputs.dtype)
        return inputs + noise * jnp.asarray(context.settings["stddev"], inputs.dtype), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


class GaussianDropout(Layer):
    """In training, each input multiplied by normal noise of mean 1 (Srivastava et al. 2014, section 10).

    Args:
        rate: As of :class:`Dropout`; the noise has standard deviation sqrt(rate / (1 - rate)).
        seed: A seed of the layer's own.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``rate`` is outside [0, 1).
    """

    setting_names = ("rate",)

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = _checked_seed(seed)
        self.rate = checked_number(rate, "rate", 0.0, 1.0)
        if self.rate >= 1.0:
            raise ConfigurationError(
                f"`rate` must be less than 1, where the noise is infinite; received: {rate!r}."
            )

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Multiply by noise in training; return the inputs otherwise."""
        del params, state
        if not context.training:
            return inputs, {}
        rate = jnp.asarray(context.settings["rate"], inputs.dtype)
        deviation = jnp.sqrt(rate / (1.0 - rate))
        return inputs * (
            1.0 + deviation * jax.random.normal(context.next_key(), inputs.shape, inputs.dtype)
        ), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


def _checked_seed(seed: Any) -> int | None:
    seed = plain_integers(seed)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise ConfigurationError(f"`seed` must be a non-negative integer or None; received: {seed!r}.")
    return seed


def _checked_noise_shape(shape: Any) -> tuple[int | None, ...] | None:
    if shape is None:
        return None
    shape = plain_integers(shape)
    sizes = tuple(shape) if isinstance(shape, list | tuple) else (0,)
    if not all(size is None or (isinstance(size, int) and size > 0) for size in sizes):
        raise ConfigurationError(
            f"`noise_shape` must be a list of positive integers and None; received: {shape!r}."
        )
    return sizes
