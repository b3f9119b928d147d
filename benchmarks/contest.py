"""All contestants of one program, in turn, in an order that rotates from round to round."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from benchmarks.processes import OURS, OURS_EMPTY, Contestant, WorkerError, figures
from benchmarks.worker import Job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.programs import Program

Item = TypeVar("Item")

Samples = dict[str, dict[str, list[float]]]
"""Figures by contestant and measure, one per round."""


class Contest:
    """Measures contestants.

    Args:
        python: The interpreter of every process.
        folder: For arrays and compiled programs.
        quick: Two epochs and few predictions: shows that everything works, and no more.
    """

    def __init__(self, python: str, folder: Path, *, quick: bool) -> None:
        self.python = python
        self.folder = folder
        self.quick = quick
        self.failures: list[str] = []

    def measure(self, program: Program, contestants: Sequence[Contestant], rounds: int) -> Samples:
        """Return the figures of one program; a contestant that fails is left out from then on."""
        samples: Samples = defaultdict(lambda: defaultdict(list))
        alive = list(contestants)
        filled = next((contestant for contestant in alive if contestant.name == OURS), None)
        if filled is not None:
            self._run(filled, program, alive)  # fills the cache of compiled programs
        for number in range(rounds):
            for contestant in rotated(contestants, number):
                if contestant not in alive:
                    continue
                for measure, value in self._run(contestant, program, alive).items():
                    samples[contestant.name][measure].append(value)
        return {name: dict(measures) for name, measures in samples.items()}

    def _run(self, contestant: Contestant, program: Program, alive: list[Contestant]) -> dict[str, float]:
        print(f"{program.name} {contestant.name}", file=sys.stderr, flush=True)
        job = Job(
            peer=contestant.peer,
            program=program.name,
            arrays=str(self.folder / program.name),
            epochs=2 if self.quick else program.epochs,
            steady_epochs=2 if self.quick else program.steady_epochs,
            seconds_of_predictions=0.05 if self.quick else 1.0,
            started=time.time(),
        )
        cache = self.folder / ("cache-empty" if contestant.name == OURS_EMPTY else "cache")
        if contestant.name == OURS_EMPTY:
            shutil.rmtree(cache, ignore_errors=True)
        changes = contestant.environment | {"RANVIER_CACHE_DIR": str(cache)}
        command = [self.python, "-m", "benchmarks.worker", json.dumps(asdict(job))]
        try:
            return figures(command, changes)
        except WorkerError as error:
            alive.remove(contestant)
            self.failures.append(f"{program.name}, {contestant.name}: {error}")
            return {}


def rotated(items: Sequence[Item], places: int) -> list[Item]:
    """Return the items, beginning ``places`` later."""
    start = places % max(len(items), 1)
    return [*items[start:], *items[:start]]
