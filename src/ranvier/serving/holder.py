"""The model that answers now, and its replacement by a newer file."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from ranvier.errors import RanvierError
from ranvier.serving.journal import Journal
from ranvier.serving.limits import Limits
from ranvier.serving.metrics import Metrics
from ranvier.serving.opening import Loaded, Origin, open_served


@dataclass(frozen=True)
class Failure:
    """A reload that came to nothing.

    Attributes:
        sentence: Why.
        time: When, in seconds since 1970.
    """

    sentence: str
    time: float


class Holder:
    """Holds the model that answers.

    Args:
        origin: Where it is read from.
        loaded: The model.
        limits: Of what is predicted at once.
        metrics: Counts reloads.
        journal: Is told of reloads.

    Attributes:
        loaded: The model that answers new requests.
        failure: Why the last reload failed; None after one that did not.
        started: When the server began, in seconds since 1970.
    """

    def __init__(
        self, origin: Origin, loaded: Loaded, limits: Limits, metrics: Metrics, journal: Journal
    ) -> None:
        self._origin = origin
        self._limits = limits
        self._metrics = metrics
        self._journal = journal
        self._turn = asyncio.Lock()
        self.loaded = loaded
        self.failure: Failure | None = None
        self.started = time.time()
        metrics.model(loaded)

    async def reload(self) -> None:
        """Read the file again, and answer with it from then on; keep the old model where that fails.

        Requests that were checked for the old model are answered by it.
        """
        async with self._turn:
            began = time.perf_counter()
            try:
                loaded = await asyncio.to_thread(open_served, self._origin, self._limits.rows)
            except Exception as error:
                known = isinstance(error, RanvierError | OSError)
                sentence = str(error) if known else f"{type(error).__name__}: {error}"
                self.failure = Failure(sentence, time.time())
                self._metrics.reloaded(success=False)
                self._journal.error("reload_failed", answers=self.loaded.digest, error=sentence)
                return
            previous, self.loaded, self.failure = self.loaded, loaded, None
            self._metrics.reloaded(success=True)
            self._metrics.model(loaded)
            self._journal.info(
                "reloaded",
                digest=loaded.digest,
                previous=previous.digest,
                seconds=time.perf_counter() - began,
            )

    def health(self, *, details: bool) -> dict[str, Any]:
        """Return the state of the server.

        Args:
            details: Whether to name the model and faults, too.
        """
        state: dict[str, Any] = {"status": "ok" if self.failure is None else "reload_failed"}
        if details:
            state["model"] = {
                "name": self.loaded.name,
                "digest": self.loaded.digest,
                "loaded": self.loaded.time,
            }
            state["started"] = self.started
            if self.failure is not None:
                state["reload"] = {"error": self.failure.sentence, "time": self.failure.time}
        return state
