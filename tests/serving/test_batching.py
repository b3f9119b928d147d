"""What waits is predicted together, and nobody suffers for another's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ranvier.errors import DataError
from ranvier.serving.batching import Batch, Batcher
from ranvier.serving.limits import Limits
from ranvier.serving.refusals import Refusal
from tests.serving.stand_ins import Model, rows_of


class Setting:
    """A batcher, and what it reports."""

    def __init__(self, **limits: int) -> None:
        self.batches: list[Batch] = []
        self.faults: list[BaseException] = []
        self.batcher = Batcher(Limits(**limits), self.batches.append, self.faults.append)

    def run(self, scenario: Callable[[Batcher], Awaitable[Any]]) -> Any:
        async def begin_and_end() -> Any:
            self.batcher.start()
            try:
                return await scenario(self.batcher)
            finally:
                await self.batcher.stop()

        return asyncio.run(begin_and_end())


async def held(batcher: Batcher, model: Model) -> asyncio.Future[list[Any]]:
    """Keep the model busy with a row."""
    model.free.clear()
    first = batcher.submit(model, rows_of(0))
    await asyncio.to_thread(model.busy.wait, 30)
    return first


def test_what_waits_is_one_batch() -> None:
    model, setting = Model(), Setting()

    async def scenario(batcher: Batcher) -> list[list[int]]:
        jobs = [await held(batcher, model), *(batcher.submit(model, rows_of(n, n + 1)) for n in range(1, 6))]
        assert batcher.waiting == 6
        model.free.set()
        answers = await asyncio.gather(*jobs)
        assert batcher.waiting == 0
        return answers

    assert setting.run(scenario) == [[0], *([10 * n, 10 * n + 10] for n in range(1, 6))]
    assert model.batches == [[0], [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]]
    assert [(batch.requests, batch.rows) for batch in setting.batches] == [(1, 1), (5, 10)]


def test_a_batch_has_at_most_so_many_rows_of_one_kind_for_one_model() -> None:
    model, other, setting = Model(), Model(), Setting(rows=4)

    async def scenario(batcher: Batcher) -> list[list[int]]:
        jobs = [
            await held(batcher, model),
            batcher.submit(model, rows_of(1, 2, 3)),
            batcher.submit(model, rows_of(4, 5)),
            batcher.submit(model, rows_of(6, kind="other")),
            batcher.submit(other, rows_of(7, kind="other")),
            batcher.submit(other, rows_of(8, 9, kind="other")),
        ]
        model.free.set()
        return await asyncio.gather(*jobs)

    assert setting.run(scenario) == [[0], [10, 20, 30], [40, 50], [60], [70], [80, 90]]
    assert model.batches == [[0], [1, 2, 3], [4, 5], [6]]
    assert other.batches == [[7, 8, 9]]


def test_what_needs_no_thread_is_predicted_together_too() -> None:
    model, setting = Model(quick_rows=3), Setting()

    async def scenario(batcher: Batcher) -> list[list[int]]:
        jobs = [batcher.submit(model, rows_of(n)) for n in range(4)]
        jobs.append(batcher.submit(model, rows_of(5, kind="other")))
        assert model.batches == []
        return await asyncio.gather(*jobs)

    assert setting.run(scenario) == [[0], [10], [20], [30], [50]]
    assert model.batches == [[0, 1, 2], [3], [5]]


def test_too_many_requests_are_refused() -> None:
    model, setting = Model(), Setting(queue=2)

    async def scenario(batcher: Batcher) -> Any:
        jobs = [await held(batcher, model), batcher.submit(model, rows_of(1))]
        with pytest.raises(Refusal, match="busy: 2 requests wait for their predictions") as caught:
            batcher.submit(model, rows_of(2))
        assert (caught.value.status, caught.value.headers) == (503, {"retry-after": "1"})
        model.free.set()
        await asyncio.gather(*jobs)
        return await batcher.submit(model, rows_of(3))

    assert setting.run(scenario) == [30]


def test_what_nobody_waits_for_is_left_out() -> None:
    model, setting = Model(), Setting()

    async def scenario(batcher: Batcher) -> Any:
        first = await held(batcher, model)
        batcher.submit(model, rows_of(1)).cancel()
        last = batcher.submit(model, rows_of(2))
        model.free.set()
        return await asyncio.gather(first, last)

    assert setting.run(scenario) == [[0], [20]]
    assert model.batches == [[0], [2]]
    assert setting.batcher.waiting == 0


@pytest.mark.parametrize(("error", "status", "faults"), [(DataError, 422, 0), (ValueError, 500, 1)])
@pytest.mark.parametrize("quick_rows", [0, 8])
def test_a_fault_fails_its_own_request_only(
    error: type[Exception], status: int, faults: int, quick_rows: int
) -> None:
    model, setting = Model(quick_rows, error), Setting()

    async def scenario(batcher: Batcher) -> Any:
        jobs = [] if quick_rows else [await held(batcher, model)]
        jobs += [batcher.submit(model, rows_of(value)) for value in (1, -1, 3)]
        model.free.set()
        return await asyncio.gather(*jobs, return_exceptions=True)

    *_, first, refusal, last = setting.run(scenario)
    assert (first, last) == ([10], [30])
    assert refusal.status == status
    assert ("row of -1" in refusal.sentence) == (status == 422)
    assert [str(fault) for fault in setting.faults] == ["row of -1"] * faults


def test_the_end_waits_for_what_was_accepted() -> None:
    model, setting = Model(), Setting()

    async def scenario(batcher: Batcher) -> Any:
        jobs = [await held(batcher, model), *(batcher.submit(model, rows_of(n)) for n in range(3))]
        model.free.set()
        await batcher.stop()
        return await asyncio.gather(*jobs)

    assert setting.run(scenario) == [[0], [0], [10], [20]]
