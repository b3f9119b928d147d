"""Figures of whole processes: imports, the command line, memory over many row counts."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.processes import CONTESTANTS, OURS, Contestant, WorkerError, figures, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.contest import Samples

IMPORTS = ("import jax", "import ranvier", "from ranvier.models import Sequential")
SKLEARN_SCRIPT = "the same fit in an sklearn script"
TRAIN_COMMAND = "ranvier train digits --no-plots"
EPOCHS = 30


class WholeProcesses:
    """Measures what a user waits for before and around a fit.

    Args:
        python: The interpreter of every process.
        folder: For the digits' arrays, compiled programs and run folders.
        names: The contestants asked for.
        quick: Few epochs and few predictions.
    """

    def __init__(self, python: str, folder: Path, names: list[str], *, quick: bool) -> None:
        self.python = python
        self.folder = folder
        self.names = names
        self.quick = quick
        self.failures: list[str] = []

    def measure(self, rounds: int) -> Samples:
        """Return seconds and megabytes by what was measured."""
        samples: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        parts = self._parts()
        for _ in range(rounds):
            for title in list(parts):
                print(title, file=sys.stderr, flush=True)
                try:
                    measured = parts[title]()
                except WorkerError as error:
                    self.failures.append(f"{title}: {error}")
                    del parts[title]
                    continue
                for measure, value in measured.items():
                    samples[title][measure].append(value)
        return {title: dict(measures) for title, measures in samples.items()}

    def _parts(self) -> dict[str, Callable[[], dict[str, float]]]:
        parts: dict[str, Callable[[], dict[str, float]]] = {}
        if OURS in self.names:
            parts |= {code: partial(self._import, code) for code in IMPORTS}
            epochs = 2 if self.quick else EPOCHS
            parts[SKLEARN_SCRIPT] = partial(self._script, epochs)
            parts[TRAIN_COMMAND] = partial(self._train, epochs)
        for contestant in CONTESTANTS:
            if contestant.name in self.names and contestant.name in (OURS, "keras-jax"):
                parts[f"many row counts, {contestant.name}"] = partial(self._row_counts, contestant)
        return parts

    def _import(self, code: str) -> dict[str, float]:
        clocked = (
            "import time; before = time.perf_counter()\n"
            f"{code}\n"
            "seconds = time.perf_counter() - before\n"
            "import json; print(json.dumps({'import': seconds}))"
        )
        return figures([self.python, "-c", clocked])

    def _script(self, epochs: int) -> dict[str, float]:
        seconds, _ = run([self.python, "-m", "benchmarks.digits_with_sklearn", str(epochs)])
        return {"whole": seconds}

    def _train(self, epochs: int) -> dict[str, float]:
        """Run the command twice in a folder of its own: compiled programs first absent, then there."""
        cache = self.folder / "cache-command"
        code = "from ranvier.cli.main import main; main()"
        arguments = ["train", "digits", "--no-plots", "--epochs", str(epochs), "--batch-size", "32"]
        changes = {"RANVIER_CACHE_DIR": str(cache)}
        measured = {}
        shutil.rmtree(cache, ignore_errors=True)
        for measure in ("whole_empty", "whole"):
            measured[measure] = run([self.python, "-c", code, *arguments], changes, self.folder)[0]
        return measured

    def _row_counts(self, contestant: Contestant) -> dict[str, float]:
        count = "20" if self.quick else "300"
        changes = contestant.environment | {"RANVIER_CACHE_DIR": str(self.folder / "cache")}
        arrays = str(self.folder / "p000")
        return figures([self.python, "-m", "benchmarks.row_counts", contestant.peer, arrays, count], changes)
