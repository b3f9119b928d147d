"""Whatever waits for the model is predicted together, by one thread.

A request that comes while the model is free is predicted at once. Those that come while it is busy wait,
and are then one batch. Nothing ever waits for a batch to fill.

Where the model needs less time than it takes to hand rows to another thread and their predictions back, about
90 microseconds, the event loop itself predicts what came with its last look at the network.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ranvier.errors import RanvierError
from ranvier.serving.limits import Limits
from ranvier.serving.refusals import Refusal, unfit
from ranvier.serving.served import Rows, Served

_RETRY_AFTER = "1"


@dataclass(eq=False, slots=True)
class Job:
    """The rows of a request on their way to their predictions.

    Attributes:
        model: The model they were checked for, which is the one that answers.
        rows: The rows.
        answers: Will hold the predictions of these rows.
    """

    model: Served
    rows: Rows
    answers: asyncio.Future[list[Any]]

    def goes_with(self, other: Job) -> bool:
        """Tell whether two jobs may be predicted together."""
        return self.model is other.model and self.rows.kind == other.rows.kind


@dataclass(frozen=True)
class Batch:
    """What was predicted at once.

    Attributes:
        requests: How many requests.
        rows: How many rows.
        seconds: How long the model took.
    """

    requests: int
    rows: int
    seconds: float


@dataclass(eq=False)
class Batcher:
    """The queue before the model, and the thread behind it.

    Attributes:
        limits: How many rows are predicted at once, and how many requests may wait.
        on_batch: Called in the event loop after each batch.
        on_fault: Called there with an error of the model that is no fault of the rows.
    """

    limits: Limits
    on_batch: Callable[[Batch], None]
    on_fault: Callable[[BaseException], None]
    waiting: int = 0
    _quick: list[Job] = field(default_factory=list)
    _jobs: queue.SimpleQueue[Job | None] = field(default_factory=queue.SimpleQueue)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; called in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="ranvier-model", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Let the thread finish what waits, and end it."""
        self._jobs.put(None)
        thread = self._thread
        if thread is not None and self._loop is not None:
            await self._loop.run_in_executor(None, thread.join)

    def submit(self, model: Served, rows: Rows) -> asyncio.Future[list[Any]]:
        """Queue rows for their predictions.

        Args:
            model: The model that has checked them.
            rows: The rows.

        Returns:
            Their predictions, some time later; when it is cancelled, the rows are left out.

        Raises:
            Refusal: If too many requests wait.
        """
        assert self._loop is not None
        if self.waiting >= self.limits.queue:
            raise Refusal(
                503,
                "queue_full",
                f"The server is busy: {self.waiting} requests wait for their predictions, and no more may. "
                "Send the request again in a moment.",
                {"retry-after": _RETRY_AFTER},
            )
        answers = self._loop.create_future()
        self.waiting += 1
        job = Job(model, rows, answers)
        if rows.count > model.quick_rows:
            self._jobs.put(job)
            return answers
        self._quick.append(job)
        if len(self._quick) == 1:
            self._loop.call_soon(self._predict_quick)
        return answers

    def _predict_quick(self) -> None:
        jobs, self._quick = self._quick, []
        while jobs:
            most = min(jobs[0].model.quick_rows, self.limits.rows)
            batch, jobs = _split(jobs, most)
            self._deliver(batch, *_measured(batch))

    # -- in the thread of the model ---------------------------------------------------------------

    def _work(self) -> None:
        assert self._loop is not None
        job = self._jobs.get()
        while job is not None:
            jobs, following = self._gather(job)
            self._loop.call_soon_threadsafe(self._deliver, jobs, *_measured(jobs))
            job = following or self._jobs.get()

    def _gather(self, first: Job) -> tuple[list[Job], Job | None]:
        """Take what waits and fits together with a first job; return also the one taken that does not."""
        jobs, rows = [first], first.rows.count
        while rows < self.limits.rows:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)  # the end, once these are answered
                break
            if not first.goes_with(job) or rows + job.rows.count > self.limits.rows:
                return jobs, job
            jobs.append(job)
            rows += job.rows.count
        return jobs, None

    # -- in the event loop ------------------------------------------------------------------------

    def _deliver(self, jobs: Sequence[Job], outcomes: Sequence[list[Any] | Exception], batch: Batch) -> None:
        self.waiting -= len(jobs)
        self.on_batch(batch)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, Refusal):
                self.on_fault(outcome)
                outcome = Refusal(
                    500, "fault", "The model failed on these rows. The log of the server says why."
                )
            if job.answers.done():  # the client was told that it takes too long
                continue
            if isinstance(outcome, Exception):
                job.answers.set_exception(outcome)
            else:
                job.answers.set_result(outcome)


def _split(jobs: list[Job], most: int) -> tuple[list[Job], list[Job]]:
    """Return those that are predicted together with the first, up to a number of rows, and the others."""
    rows = 0
    for number, job in enumerate(jobs):
        rows += job.rows.count
        if number and (rows > most or not jobs[0].goes_with(job)):
            return jobs[:number], jobs[number:]
    return jobs, []


def _measured(jobs: Sequence[Job]) -> tuple[list[list[Any] | Exception], Batch]:
    """Predict, and note how long it took."""
    began = time.perf_counter()
    outcomes = _outcomes(jobs)
    seconds = time.perf_counter() - began
    return outcomes, Batch(len(jobs), sum(job.rows.count for job in jobs), seconds)


def _outcomes(jobs: Sequence[Job]) -> list[list[Any] | Exception]:
    """Predict the rows of some jobs together; return the predictions of each, or what was wrong with it."""
    wanted = [job for job in jobs if not job.answers.cancelled()]
    if not wanted:
        return [[] for _ in jobs]
    try:
        predicted = wanted[0].model.predict([job.rows for job in wanted])
    except RanvierError as error:
        return [unfit(str(error))] if len(jobs) == 1 else _one_by_one(jobs)
    except Exception as error:
        return [error] if len(jobs) == 1 else _one_by_one(jobs)
    answers = iter(predicted)
    asked = {id(job) for job in wanted}
    return [list(itertools.islice(answers, job.rows.count)) if id(job) in asked else [] for job in jobs]


def _one_by_one(jobs: Sequence[Job]) -> list[list[Any] | Exception]:
    """Keep a request with a fault from failing those it waited with."""
    return [outcome for job in jobs for outcome in _outcomes([job])]
