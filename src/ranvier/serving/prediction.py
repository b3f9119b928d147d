"""``POST /predict``: rows in, predictions out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from ranvier.serving.batching import Batcher
from ranvier.serving.bodies import Bodies, MediaType, media_type_of, pictures_of, rows_of_json
from ranvier.serving.limits import Limits
from ranvier.serving.metrics import Metrics
from ranvier.serving.opening import Loaded
from ranvier.serving.refusals import Refusal
from ranvier.serving.served import JSON, Rows, Served

_JSON_HEADER = (b"content-type", b"application/json")


class Prediction:
    """Answers requests for predictions; an application of ASGI, since here microseconds count.

    Args:
        current: Returns the model that answers now.
        batcher: Predicts.
        limits: Of bodies, rows and time.
        metrics: Counts.
    """

    def __init__(
        self, current: Callable[[], Loaded], batcher: Batcher, limits: Limits, metrics: Metrics
    ) -> None:
        self._current = current
        self._batcher = batcher
        self._limits = limits
        self._metrics = metrics
        self._bodies = Bodies(limits)
        self._readers = ThreadPoolExecutor(limits.readers, thread_name_prefix="ranvier-reader")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        began = time.perf_counter()
        # The model that checks the rows is the one that answers, even if it is replaced in the meantime.
        loaded = self._current()
        headers = dict(scope["headers"])
        kind = media_type_of(headers.get(b"content-type"), loaded.model.description)
        body = await self._bodies.read(receive, headers.get(b"content-length"))
        try:
            rows = await self._read(loaded.model, body, kind)
            answers = await self._predict(loaded.model, rows)
        finally:
            self._bodies.release(body)
        content = {"predictions": answers, "model": {"name": loaded.name, "digest": loaded.digest}}
        text = orjson.dumps(content)
        length = (b"content-length", str(len(text)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [_JSON_HEADER, length]})
        await send({"type": "http.response.body", "body": text})
        self._metrics.answered(time.perf_counter() - began)

    def close(self) -> None:
        """End the threads that decode pictures."""
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def _read(self, model: Served, body: bytearray, kind: MediaType) -> Rows:
        if kind.name == JSON:
            return model.read_rows(rows_of_json(body, self._limits))
        pictures = pictures_of(body, kind, self._limits)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, model.read_pictures, pictures)

    async def _predict(self, model: Served, rows: Rows) -> list[Any]:
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._batcher.submit(model, rows)
        except TimeoutError:
            raise Refusal(
                504,
                "timeout",
                f"The model did not answer within {self._limits.seconds:g} seconds. Send fewer rows, or send the "
                "request again when the server is less busy.",
            ) from None
