"""Keras, on the engine that KERAS_BACKEND names."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import TYPE_CHECKING

from keras import Input, Sequential
from keras.layers import Dense, Flatten

from benchmarks.peers.keras_face import KerasFace
from benchmarks.timing import timings

if TYPE_CHECKING:
    from benchmarks.worker import Job

# Keras draws its seeds from Python's generator. Its own set_random_seed would load TensorFlow wherever
# that is installed, whatever the engine.
LIBRARY = SimpleNamespace(
    Dense=Dense, Flatten=Flatten, Input=Input, Sequential=Sequential, set_random_seed=random.seed
)


def measure(job: Job) -> dict[str, float]:
    """Return the figures of Keras."""
    return timings(KerasFace(LIBRARY, job), job)
