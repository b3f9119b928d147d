"""Random arrays, as in ``keras.random``; users find them there as ``ranvier.random``.

The seed decides what is drawn: an integer gives the same values at every call, a
:class:`SeedGenerator` others each time, None those that follow from the global seed. Inside a
training step, None and a generator use the step's own key, so that every step draws anew.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.forward_pass import ForwardPass, current_pass, new_key
from ranvier.naming import automatic_name
from ranvier.ops.dtypes import as_floats, engine_dtype
from ranvier.ops.operation import Tensor, recorded
from ranvier.random import next_seed

_END = 2**32


class SeedGenerator:
    """A source of keys, each used once.

    Args:
        seed: Where it begins, an integer in [0, 2**32); drawn from the global seed when None.
        name: A name for messages.

    Raises:
        ConfigurationError: If ``seed`` is no such integer.
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        self.seed = None if seed is None else _checked(seed)
        self.name = name if name is not None else automatic_name("seed_generator")
        self._start = next_seed() % _END if seed is None else int(seed)
        self._drawn = 0
        self._lock = threading.Lock()

    def next(self, ordered: bool = True) -> jax.Array:
        """Return the next key, two 32-bit integers.

        Args:
            ordered: Without meaning here, since keys are never drawn out of order.
        """
        del ordered
        run = _program()
        if run is not None:
            return jax.random.key_data(run.next_key(self.seed))
        with self._lock:
            number, self._drawn = self._drawn, self._drawn + 1
        return jnp.asarray(np.array([self._start, number], np.uint32))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that build an equal generator."""
        return {"seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Build a generator from what :meth:`get_config` returned."""
        return cls(**config)


def _checked(seed: Any) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < _END:
        raise ConfigurationError(
            f"`seed` must be an integer from 0 to {_END - 1}, a SeedGenerator or None; received: {seed!r}."
        )
    return int(seed)


def _program() -> ForwardPass | None:
    """Return the pass of the compiled step that is being traced, or of a caller who gave a key."""
    run = current_pass()
    keyed = run is not None and (run.key is not None or isinstance(run.step, jax.core.Tracer))
    return run if keyed else None


def _key(seed: Any) -> Any:
    if isinstance(seed, SeedGenerator):
        return jax.random.wrap_key_data(seed.next(), impl="threefry2x32")
    if isinstance(seed, jax.Array):
        typed = jnp.issubdtype(seed.dtype, jax.dtypes.prng_key)
        return seed if typed else jax.random.wrap_key_data(seed, impl="threefry2x32")
    if seed is not None:
        return jax.random.wrap_key_data(
            jnp.asarray(np.array([_checked(seed), 0], np.uint32)), impl="threefry2x32"
        )
    run = current_pass()
    return run.next_key() if run is not None else new_key(next_seed())


def _shape(shape: Any) -> tuple[int, ...]:
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if any(size is None for size in sizes):
        raise ConfigurationError(
            f"`shape` must be known; received: {sizes}. Draw inside a layer's `call`, where the inputs have a size."
        )
    return tuple(int(size) for size in sizes)


def _float(dtype: Any) -> Any:
    return engine_dtype(dtype or "float32")


def normal(
    shape: Sequence[int], mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> jax.Array:
    """Normally distributed numbers.

    Args:
        shape: The shape.
        mean: Their mean.
        stddev: Their standard deviation.
        dtype: A dtype of floats; float32 when None.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    return _scaled(jax.random.normal(_key(seed), _shape(shape), _float(dtype)), mean, stddev)


def truncated_normal(
    shape: Sequence[int], mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> jax.Array:
    """Normally distributed numbers, those more than two standard deviations from the mean drawn again.

    Args:
        shape: The shape.
        mean: The mean before the cut.
        stddev: The standard deviation before the cut.
        dtype: A dtype of floats; float32 when None.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    return _scaled(
        jax.random.truncated_normal(_key(seed), -2.0, 2.0, _shape(shape), _float(dtype)), mean, stddev
    )


def _scaled(sample: jax.Array, mean: Any, stddev: Any) -> jax.Array:
    return sample * jnp.asarray(stddev, sample.dtype) + jnp.asarray(mean, sample.dtype)


def uniform(
    shape: Sequence[int], minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None
) -> jax.Array:
    """Numbers of equal probability in [minval, maxval).

    Args:
        shape: The shape.
        minval: The lower end.
        maxval: The upper end.
        dtype: A dtype of floats (float32 when None), or of integers.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    wanted = _float(dtype)
    if jnp.issubdtype(wanted, jnp.integer):
        return jax.random.randint(_key(seed), _shape(shape), int(minval), int(maxval), wanted)
    low, high = jnp.asarray(minval, wanted), jnp.asarray(maxval, wanted)
    return jax.random.uniform(_key(seed), _shape(shape), wanted, low, high)


def randint(
    shape: Sequence[int], minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None
) -> jax.Array:
    """Whole numbers of equal probability in [minval, maxval).

    Args:
        shape: The shape.
        minval: The smallest.
        maxval: The first that does not occur.
        dtype: A dtype of integers.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    return jax.random.randint(_key(seed), _shape(shape), minval, maxval, engine_dtype(dtype))


def gamma(shape: Sequence[int], alpha: Any, dtype: Any = None, seed: Any = None) -> jax.Array:
    """Gamma-distributed numbers of shape parameter ``alpha`` and scale 1.

    Args:
        shape: The shape.
        alpha: The shape parameter, which broadcasts to ``shape``.
        dtype: A dtype of floats; float32 when None.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    wanted = _float(dtype)
    return jax.random.gamma(_key(seed), jnp.asarray(alpha, wanted), _shape(shape), wanted)


def beta(shape: Sequence[int], alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> jax.Array:
    """Beta-distributed numbers.

    Args:
        shape: The shape.
        alpha: The first parameter, which broadcasts to ``shape``.
        beta: The second.
        dtype: A dtype of floats; float32 when None.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    wanted = _float(dtype)
    parameters = jnp.asarray(alpha, wanted), jnp.asarray(beta, wanted)
    return jax.random.beta(_key(seed), *parameters, _shape(shape), wanted)


def binomial(
    shape: Sequence[int], counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> jax.Array:
    """How many of some trials succeed.

    Args:
        shape: The shape.
        counts: The number of trials, which broadcasts to ``shape``.
        probabilities: The probability of success.
        dtype: A dtype of floats; float32 when None.
        seed: An integer, a :class:`SeedGenerator`, or None.
    """
    wanted = _float(dtype)
    trials, chances = jnp.asarray(counts, wanted), jnp.asarray(probabilities, wanted)
    return jax.random.binomial(_key(seed), trials, chances, _shape(shape), wanted)


def categorical_(logits: Tensor, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Classes drawn with the probabilities that logits of shape (n, classes) give; shape (n, num_samples)."""
    shape = (logits.shape[0], num_samples, *logits.shape[2:])
    drawn = jax.random.categorical(_key(seed), as_floats(logits)[..., None], axis=1, shape=shape)
    return drawn.astype(engine_dtype(dtype))


def dropout_(inputs: Tensor, rate: float, noise_shape: Any = None, seed: Any = None) -> Tensor:
    """Each entry set to 0 with a probability, the others scaled up; in training or not."""
    if not 0.0 <= rate <= 1.0:
        raise ConfigurationError(f"`rate` must lie in [0, 1]; received: {rate!r}.")
    if rate in (0.0, 1.0):
        return inputs if rate == 0.0 else jnp.zeros_like(inputs)
    inputs = as_floats(inputs)
    shape = inputs.shape
    if noise_shape is not None:
        shape = tuple(
            own if size is None else size for own, size in zip(inputs.shape, noise_shape, strict=True)
        )
    kept = jax.random.bernoulli(_key(seed), 1.0 - rate, shape)
    return jnp.where(kept, inputs / (1.0 - rate), jnp.zeros((), inputs.dtype))


def shuffle_(x: Tensor, axis: int = 0, seed: Any = None) -> Tensor:
    """Entries moved along an axis at random, each line of the axis by itself."""
    return jax.random.permutation(_key(seed), x, axis, independent=True)


categorical = recorded(categorical_, "random_categorical")
dropout = recorded(dropout_, "random_dropout")
shuffle = recorded(shuffle_, "random_shuffle")

KINDS = {"random_categorical": categorical, "random_dropout": dropout, "random_shuffle": shuffle}
"""What a network may hold, by the name that stands for it in a file."""
