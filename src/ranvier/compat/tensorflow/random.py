"""``tf.random``."""

from __future__ import annotations

from typing import Any

import jax

from ranvier import ops, random
from ranvier.compat.tensorflow.renaming import absent
from ranvier.random import set_random_seed

__all__ = ["normal", "set_seed", "shuffle", "truncated_normal", "uniform"]


def set_seed(seed: int) -> None:
    """Make everything random that follows reproducible."""
    set_random_seed(seed)


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> jax.Array:
    """Return normally distributed numbers."""
    del name
    return random.normal(shape, mean, stddev, dtype, seed)  # type: ignore[no-any-return]


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> jax.Array:
    """Return normally distributed numbers within two standard deviations of the mean."""
    del name
    return random.truncated_normal(shape, mean, stddev, dtype, seed)  # type: ignore[no-any-return]


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> jax.Array:
    """Return numbers of equal probability in [minval, maxval)."""
    del name
    return random.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed)  # type: ignore[no-any-return]


def shuffle(value: Any, seed: Any = None, name: str | None = None) -> jax.Array:
    """Return the rows in another order."""
    del name
    order = random.shuffle(ops.arange(len(value)), seed=seed)
    return ops.take(value, order, axis=0)  # type: ignore[no-any-return]


__getattr__ = absent("tf.random", lambda: __all__)
