"""Ranvier."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from benchmarks.peers.keras_face import KerasFace
from benchmarks.timing import timings
from ranvier.layers import Dense, Flatten, Input
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

if TYPE_CHECKING:
    from benchmarks.worker import Job

LIBRARY = SimpleNamespace(
    Dense=Dense, Flatten=Flatten, Input=Input, Sequential=Sequential, set_random_seed=set_random_seed
)


def measure(job: Job) -> dict[str, float]:
    """Return the figures of Ranvier."""
    return timings(KerasFace(LIBRARY, job), job)
