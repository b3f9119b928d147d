"""The figures of one peer, taken in the same order from every one of them."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.worker import Job


class Peer(Protocol):
    """A library that builds, trains and asks one program's network."""

    def build(self) -> Any:
        """Return a new model, ready to be fitted."""

    def fit(self, model: Any, epochs: int, *, validate: bool) -> None:
        """Train for some epochs, silently; with the program's validation if asked."""

    def evaluate(self, model: Any) -> float:
        """Return the accuracy on the test rows."""

    def predict_one(self, model: Any) -> None:
        """Compute the probabilities of one test row."""


def timings(peer: Peer, job: Job) -> dict[str, float]:
    """Measure a peer.

    Returns:
        Seconds by name, and the accuracy that the first fit reached.
    """
    figures: dict[str, float] = {}

    def clock(name: str, action: Callable[[], Any]) -> Any:
        before = time.perf_counter()
        result = action()
        figures[name] = time.perf_counter() - before
        return result

    first = clock("build", peer.build)
    clock("first_fit", lambda: peer.fit(first, job.epochs, validate=True))
    figures["accuracy"] = clock("first_evaluate", lambda: peer.evaluate(first))
    clock("first_predict", lambda: peer.predict_one(first))
    figures["whole"] = time.time() - job.started

    second = peer.build()
    clock("second_fit", lambda: peer.fit(second, job.epochs, validate=True))
    peer.fit(second, 1, validate=False)
    clock("steady", lambda: peer.fit(second, job.steady_epochs, validate=False))
    figures["steady_epoch"] = figures.pop("steady") / job.steady_epochs
    clock("evaluate", lambda: peer.evaluate(second))
    figures["predict_one"] = _median_call(lambda: peer.predict_one(second), job.seconds_of_predictions)
    return figures


def _median_call(action: Callable[[], None], seconds: float) -> float:
    for _ in range(3):
        action()
    calls: list[float] = []
    end = time.perf_counter() + seconds
    while not calls or time.perf_counter() < end:
        before = time.perf_counter()
        action()
        calls.append(time.perf_counter() - before)
    return statistics.median(calls)
