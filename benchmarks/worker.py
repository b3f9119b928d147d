"""A fresh process that measures one peer: a job as JSON in the argument, figures as JSON on the last line.

Nothing but the standard library is imported before the peer, so that importing the peer's module
costs what importing the library costs a user.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from dataclasses import dataclass

from benchmarks.programs import PROGRAMS, Program


@dataclass(frozen=True)
class Job:
    """What one process has to measure.

    Attributes:
        peer: Name of a module in ``benchmarks.peers``.
        program: Name of the program.
        arrays: Folder of its arrays.
        epochs: Epochs of each fit.
        steady_epochs: Epochs of the long fit.
        seconds_of_predictions: How long one-row predictions are repeated.
        started: When the process was started, in seconds since 1970.
    """

    peer: str
    program: str
    arrays: str
    epochs: int
    steady_epochs: int
    seconds_of_predictions: float
    started: float

    def network(self) -> Program:
        """Return the program's description."""
        return PROGRAMS[self.program]


def main() -> None:
    """Import the peer, let it measure, print the figures."""
    job = Job(**json.loads(sys.argv[1]))
    before = time.perf_counter()
    peer = importlib.import_module(f"benchmarks.peers.{job.peer}")
    seconds = time.perf_counter() - before
    figures = {"import": seconds, **peer.measure(job)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
