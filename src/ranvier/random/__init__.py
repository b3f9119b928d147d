"""The one global seed, the streams that derive from it by fixed rules, and Keras' samplers.

Every random decision starts from a 63-bit integer drawn with :func:`next_seed` (a layer's
initial weights, the shuffling and dropout of one ``fit``). After ``set_random_seed(s)`` the
n-th draw is always the same, so a program that builds and trains in the same order gives the
same bytes. Without it the first seed comes from the operating system.

The samplers of ``keras.random`` (:func:`normal`, :func:`uniform`, ...) and :class:`SeedGenerator` are
imported when they are first used, since they need the engine.
"""

from __future__ import annotations

import importlib
import random as python_random
import secrets
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError

_LARGEST_NUMPY_SEED = 2**32 - 1

_SAMPLERS = {
    "SeedGenerator",
    *("beta", "binomial", "categorical", "dropout", "gamma", "normal"),
    *("randint", "shuffle", "truncated_normal", "uniform"),
}

__all__ = sorted({*_SAMPLERS, "SeedStream", "generator", "next_seed", "set_random_seed"})


def __getattr__(name: str) -> Any:
    if name not in _SAMPLERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has: {', '.join(__all__)}")
    # By name, since the engine's part of the house stands above this floor.
    return getattr(importlib.import_module("ranvier.ops.sampling"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class SeedStream:
    """A sequence of seeds derived from one root.

    The n-th seed is the first 63-bit word of Philox keyed with the root and advanced to n, so it
    depends on the root and on n only.

    Args:
        root: Any non-negative integer.
    """

    def __init__(self, root: int) -> None:
        self.root = root
        self.drawn = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """Return the next seed, an integer in [0, 2**63)."""
        with self._lock:
            position, self.drawn = self.drawn, self.drawn + 1
        words = np.random.SeedSequence(self.root, spawn_key=(position,)).generate_state(1, np.uint64)
        return int(words[0] >> np.uint64(1))


_stream = SeedStream(secrets.randbits(63))


def set_random_seed(seed: int) -> None:
    """Make everything random that follows reproducible.

    Seeds Python's ``random``, NumPy's legacy global generator and Ranvier's own stream, as
    ``keras.utils.set_random_seed`` does.

    Args:
        seed: An integer in [0, 2**32).

    Raises:
        ConfigurationError: If ``seed`` is not such an integer.
    """
    global _stream
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ConfigurationError(
            f"`seed` must be an integer from 0 to {_LARGEST_NUMPY_SEED}; received: {seed!r}."
        )
    if not 0 <= seed <= _LARGEST_NUMPY_SEED:
        raise ConfigurationError(f"`seed` must lie in [0, {_LARGEST_NUMPY_SEED}]; received: {seed}.")
    python_random.seed(int(seed))
    np.random.seed(int(seed))
    _stream = SeedStream(int(seed))


def next_seed() -> int:
    """Draw the next seed of the global stream.

    Returns:
        An integer in [0, 2**63).
    """
    return _stream.next()


def random_state() -> dict[str, Any]:
    """Return where the streams that :func:`set_random_seed` seeds stand, for :func:`restore_random_state`."""
    version, words, following = python_random.getstate()
    state: dict[str, Any] = {
        "ranvier": {"root": _stream.root, "drawn": _stream.drawn},
        "python": {"version": version, "words": np.array(words, np.uint32), "following": following},
    }
    legacy = np.random.get_state(legacy=True)
    if isinstance(legacy, tuple):  # else a generator of the user's own stands in its place
        _, keys, position, has_gauss, gauss = legacy
        state["numpy"] = {"keys": keys, "position": position, "has_gauss": has_gauss, "gauss": gauss}
    return state


def restore_random_state(state: Mapping[str, Any]) -> None:
    """Put the streams back to where they stood when :func:`random_state` was called.

    Args:
        state: What it returned.
    """
    global _stream
    stream = SeedStream(int(state["ranvier"]["root"]))
    stream.drawn = int(state["ranvier"]["drawn"])
    _stream = stream
    python = state["python"]
    words = tuple(int(word) for word in python["words"])
    python_random.setstate((python["version"], words, python["following"]))
    numpy = state.get("numpy")
    if numpy is not None:
        keys = np.asarray(numpy["keys"], np.uint32)
        np.random.set_state(("MT19937", keys, numpy["position"], numpy["has_gauss"], numpy["gauss"]))


def generator(seed: int, *position: int) -> np.random.Generator:
    """Return the NumPy generator that belongs to a seed and a position under it.

    Args:
        seed: A non-negative integer.
        *position: Non-negative integers that number what is drawn, for example the epoch.

    Returns:
        A counter-based (Philox) generator; equal arguments give equal numbers on every machine.
    """
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=position)))
