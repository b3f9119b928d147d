"""Dropout that ends before the training does."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.arguments import checked_number
from ranvier.layers.base import CallContext, Layer
from ranvier.types import Arrays


class FadingDropout(Layer):
    r"""Dropout whose rate is constant for half of the training and then falls to 0 as half a cosine wave.

    In step t of ``steps`` the rate is that given times 1 for :math:`u = t / steps \le 1/2`, and else times
    :math:`(1 + \cos(\pi (2u - 1))) / 2`. Both numbers are data: changing them compiles nothing.

    Args:
        rate: The fraction dropped at first, in [0, 1).
        steps: The number of steps of the training; 0 for a rate that does not fall.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If a number is out of range.
    """

    setting_names = ("rate", "steps")

    def __init__(self, rate: float, steps: float = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = checked_number(rate, "rate", 0.0, 1.0)
        self.steps = checked_number(steps, "steps", 0.0)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Drop in training; return the inputs otherwise."""
        del params, state
        if not context.training:
            return inputs, {}
        total = jnp.asarray(context.settings["steps"], jnp.float32)
        time = jnp.asarray(context.run.step, jnp.float32) / jnp.maximum(total, 1.0)
        time = jnp.where(total > 0.0, jnp.clip(time, 0.0, 1.0), 0.0)
        faded = jnp.where(time <= 0.5, 1.0, 0.5 + 0.5 * jnp.cos(jnp.float32(jnp.pi) * (2.0 * time - 1.0)))
        keep = 1.0 - jnp.asarray(context.settings["rate"], jnp.float32) * faded
        kept = _uniform(context.next_key(), inputs.shape) < keep
        scale = (1.0 / jnp.maximum(keep, 1e-6)).astype(inputs.dtype)
        return jnp.where(kept, inputs * scale, jnp.zeros((), inputs.dtype)), {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


def _uniform(key: Any, shape: tuple[int, ...]) -> Any:
    """Return float32 numbers in [0, 1): the numbers of the entries, each mixed with a key.

    The mixing is the end of MurmurHash3, a sixth of the work of JAX's own generator, which would take a quarter of
    the time of a step of a small network; what is to be dropped needs no more.
    """
    first, second = jax.random.key_data(key).reshape(-1)[:2]
    bits = jax.lax.iota(jnp.uint32, math.prod(shape)) * jnp.uint32(0x9E3779B1) + first
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, None)):
        bits = bits ^ (bits >> jnp.uint32(shift))
        bits = bits ^ second if factor is None else bits * jnp.uint32(factor)
    bits = (bits * jnp.uint32(0x846CA68B)) >> jnp.uint32(8)
    return (bits.astype(jnp.int32).astype(jnp.float32) * jnp.float32(2.0**-24)).reshape(shape)
