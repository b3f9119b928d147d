"""Requests for predictions that cannot be answered in time, or at all."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ranvier.serving.application import Application
from ranvier.serving.batching import Batcher
from ranvier.serving.guard import Guard
from ranvier.serving.holder import Holder
from ranvier.serving.journal import Journal
from ranvier.serving.limits import Limits
from ranvier.serving.metrics import Metrics
from ranvier.serving.opening import Loaded, Origin
from tests.serving.stand_ins import Model


def asked(
    model: Model, scenario: Callable[[httpx.AsyncClient], Awaitable[Any]], **limits: Any
) -> tuple[Any, str, str]:
    """Ask an application without a network; return what came of it, the log and the metrics."""
    log = io.StringIO()

    async def run() -> tuple[Any, str, str]:
        bounds, journal = Limits(**limits), Journal(log)
        batcher = Batcher(
            bounds, lambda batch: metrics.batch(batch), lambda error: journal.error("x", error=error)
        )
        metrics = Metrics(lambda: batcher.waiting)
        holder = Holder(
            Origin(Path("absent")), Loaded(model, "ten", "d1", time.time()), bounds, metrics, journal
        )
        application = Application(holder, batcher, Guard(None, None), bounds, metrics, journal)
        transport = httpx.ASGITransport(application.gate)
        batcher.start()
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            result = await scenario(client)
            text = (await client.get("/metrics")).text
        model.free.set()
        await batcher.stop()
        return result, log.getvalue(), text

    return asyncio.run(run())


def test_a_model_that_is_too_slow() -> None:
    model = Model()
    model.free.clear()

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/predict", json=[1])

    response, _, metrics = asked(model, scenario, seconds=0.05)
    assert (response.status_code, response.json()["error"][:44]) == (
        504,
        "The model did not answer within 0.05 seconds",
    )
    assert 'ranvier_refusals_total{reason="timeout"} 1.0' in metrics
    assert "ranvier_queue_requests 1.0" in metrics


def test_a_full_queue() -> None:
    model = Model()
    model.free.clear()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = asyncio.create_task(client.post("/predict", json=[1]))
        await asyncio.to_thread(model.busy.wait, 30)
        second = await client.post("/predict", json=[2])
        model.free.set()
        return [await first, second]

    (first, second), _, metrics = asked(model, scenario, queue=1)
    assert first.json() == {"predictions": [10], "model": {"name": "ten", "digest": "d1"}}
    assert (second.status_code, second.headers["retry-after"]) == (503, "1")
    assert 'ranvier_refusals_total{reason="queue_full"} 1.0' in metrics


@pytest.mark.parametrize("quick_rows", [0, 8])
def test_a_model_that_fails(quick_rows: int) -> None:
    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/predict", json=[-1])

    response, log, _ = asked(Model(quick_rows), scenario)
    assert response.status_code == 500
    assert response.json() == {"error": "The model failed on these rows. The log of the server says why."}
    assert log.endswith(' error event=x error="row of -1"\n')


def test_a_fault_of_the_server_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    monkeypatch.setattr(model, "read_rows", lambda rows: rows.absent)

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/predict", json=[1])

    response, log, metrics = asked(model, scenario)
    assert response.status_code == 500
    assert response.json() == {"error": "The server failed on this request. Its log says why."}
    assert log.endswith(
        """error event=fault path=/predict error="AttributeError: 'list' object has no attribute 'absent'"\n"""
    )
    assert 'ranvier_refusals_total{reason="fault"} 1.0' in metrics
