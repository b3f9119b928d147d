"""Initializers that draw from a distribution which is the same for every shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import random
from ranvier.arguments import checked_number
from ranvier.errors import ConfigurationError
from ranvier.functions import initializers as functions
from ranvier.initializers.base import DType, Initializer, Values, require_floats
from ranvier.random import SeedStream, generator, next_seed

if TYPE_CHECKING:
    from ranvier.types import Configuration, Shape


class RandomInitializer(Initializer):
    """Base of the initializers that draw random numbers.

    Args:
        seed: An integer makes equal calls give equal values. None takes a new seed from the global
            stream at each call, so layers that share the initializer differ; a ``SeedStream`` or
            ``SeedGenerator`` likewise takes its own next one.

    Raises:
        ConfigurationError: If the seed is none of these.
    """

    def __init__(self, seed: Any = None) -> None:
        self.seed = _checked_seed(seed)

    def _values(self, shape: Shape, dtype: DType) -> Values:
        require_floats(dtype, type(self).__name__)
        if hasattr(self.seed, "next"):
            # One integer of a stream, or the two of a generator's key.
            high, low = np.append(np.uint64(0), np.asarray(self.seed.next(), np.uint64))[-2:]
            seed = int(high) << 32 | int(low)
        else:
            seed = next_seed() if self.seed is None else self.seed
        return self._draw(generator(seed), shape, dtype)

    def _draw(self, source: np.random.Generator, shape: Shape, dtype: DType) -> Values:
        raise NotImplementedError

    def get_config(self) -> Configuration:
        """Return the seed."""
        if isinstance(self.seed, SeedStream):
            return {"seed": {"class_name": "SeedStream", "config": {"root": self.seed.root}}}
        if hasattr(self.seed, "next"):
            return {"seed": {"class_name": "SeedGenerator", "config": self.seed.get_config()}}
        return {"seed": self.seed}


def _checked_seed(seed: Any) -> Any:
    if seed is None or isinstance(seed, SeedStream) or type(seed).__name__ == "SeedGenerator":
        return seed
    if isinstance(seed, Mapping) and seed.get("class_name") == "SeedStream":
        return SeedStream(seed["config"]["root"])
    if isinstance(seed, Mapping) and seed.get("class_name") == "SeedGenerator":
        return random.SeedGenerator.from_config(seed["config"])
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ConfigurationError(
            f"`seed` must be a non-negative integer, a SeedGenerator or None; received: {seed!r}."
        )
    return int(seed)


class RandomNormal(RandomInitializer):
    """Draws from a normal distribution.

    Args:
        mean: The mean.
        stddev: The standard deviation, at least 0.
        seed: See :class:`RandomInitializer`.

    Raises:
        ConfigurationError: If an argument is no such number.
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | SeedStream | None = None) -> None:
        super().__init__(seed)
        self.mean = checked_number(mean, "mean")
        self.stddev = checked_number(stddev, "stddev", minimum=0)

    def _draw(self, source: np.random.Generator, shape: Shape, dtype: DType) -> Values:
        return functions.normal(source, shape, self.mean, self.stddev, dtype)

    def get_config(self) -> Configuration:
        """Return mean, standard deviation and seed."""
        return {"mean": self.mean, "stddev": self.stddev, **super().get_config()}


class TruncatedNormal(RandomNormal):
    """Draws from a normal distribution, again for whatever is over two standard deviations out.

    Args:
        mean: The mean.
        stddev: The standard deviation before truncation, at least 0.
        seed: See :class:`RandomInitializer`.

    Raises:
        ConfigurationError: If an argument is no such number.
    """

    def _draw(self, source: np.random.Generator, shape: Shape, dtype: DType) -> Values:
        return functions.truncated_normal(source, shape, self.mean, self.stddev, dtype)


class RandomUniform(RandomInitializer):
    """Draws from a uniform distribution.

    Args:
        minval: The lower bound.
        maxval: The upper bound, at least ``minval``.
        seed: See :class:`RandomInitializer`.

    Raises:
        ConfigurationError: If an argument is no such number.
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | SeedStream | None = None
    ) -> None:
        super().__init__(seed)
        self.minval = checked_number(minval, "minval")
        self.maxval = checked_number(maxval, "maxval")
        if self.minval > self.maxval:
            raise ConfigurationError(
                f"`minval` must not exceed `maxval`; received: {minval!r} and {maxval!r}."
            )

    def _draw(self, source: np.random.Generator, shape: Shape, dtype: DType) -> Values:
        return functions.uniform(source, shape, self.minval, self.maxval, dtype)

    def get_config(self) -> Configuration:
        """Return both bounds and the seed."""
        return {"minval": self.minval, "maxval": self.maxval, **super().get_config()}


class Orthogonal(RandomInitializer):
    """Draws a matrix with orthonormal columns, or rows where it has fewer of them, times a gain.

    With more than two axes, all but the last count as one.

    Args:
        gain: The length of the vectors.
        seed: See :class:`RandomInitializer`.

    Raises:
        ConfigurationError: If an argument is no such number.
    """

    def __init__(self, gain: float = 1.0, seed: int | SeedStream | None = None) -> None:
        super().__init__(seed)
        self.gain = checked_number(gain, "gain")

    def _draw(self, source: np.random.Generator, shape: Shape, dtype: DType) -> Values:
        return functions.orthogonal(source, shape, self.gain, dtype)

    def get_config(self) -> Configuration:
        """Return the gain and the seed."""
        return {"gain": self.gain, **super().get_config()}
