"""The web application: its paths, and every answer but the pages for people as JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ranvier.serving.batching import Batcher
from ranvier.serving.gate import FAULT, Gate, refused
from ranvier.serving.guard import Guard
from ranvier.serving.holder import Holder
from ranvier.serving.journal import Journal
from ranvier.serving.limits import Limits
from ranvier.serving.metrics import Metrics
from ranvier.serving.openapi import metadata, openapi
from ranvier.serving.page import page
from ranvier.serving.prediction import Prediction
from ranvier.serving.refusals import Refusal


class Application:
    """The paths of the server.

    Args:
        holder: The model.
        batcher: Predicts.
        guard: Decides who may ask.
        limits: Of requests.
        metrics: Counts.
        journal: Is told of faults.
    """

    def __init__(
        self,
        holder: Holder,
        batcher: Batcher,
        guard: Guard,
        limits: Limits,
        metrics: Metrics,
        journal: Journal,
    ) -> None:
        self._holder = holder
        self._batcher = batcher
        self._guard = guard
        self._limits = limits
        self._metrics = metrics
        self._prediction = Prediction(lambda: holder.loaded, batcher, limits, metrics)
        routes = [
            Route("/predict", self._prediction, methods=["POST"]),
            Route("/health", self._health),
            Route("/metadata", self._metadata),
            Route("/metrics", self._metrics_text),
            Route("/openapi.json", self._openapi),
            Route("/docs", self._page),
            Route("/", self._page),
        ]
        self._paths = [route.path for route in routes]
        application = Starlette(
            routes=routes,
            lifespan=self._life,
            exception_handlers={HTTPException: self._not_routed, Exception: self._fault},
        )
        application.router.redirect_slashes = False
        direct = {("POST", "/predict"): self._prediction}
        self.gate: ASGIApp = Gate(application, direct, guard, self._paths, metrics, journal)

    @asynccontextmanager
    async def _life(self, application: Starlette) -> AsyncIterator[None]:
        del application
        self._batcher.start()
        yield
        await self._batcher.stop()
        self._prediction.close()

    async def _health(self, request: Request) -> Response:
        return JSONResponse(self._holder.health(details=self._guard.knows(request.scope["headers"])))

    async def _metadata(self, request: Request) -> Response:
        del request
        return JSONResponse(metadata(self._holder.loaded, self._limits))

    async def _openapi(self, request: Request) -> Response:
        del request
        return JSONResponse(openapi(self._holder.loaded, self._limits, token=self._guard.token is not None))

    async def _metrics_text(self, request: Request) -> Response:
        text, media_type = self._metrics.text(request.headers.get("accept", ""))
        return Response(text, media_type=media_type)

    async def _page(self, request: Request) -> Response:
        del request
        html, headers = page()
        return HTMLResponse(html, headers=headers)

    async def _not_routed(self, request: Request, error: Exception) -> Response:
        """Turn what Starlette says of a wrong path or method into a refusal."""
        assert isinstance(error, HTTPException)
        path, headers = request.url.path, error.headers or {}
        if error.status_code == 405:
            words = f"{path} takes {headers.get('Allow', 'other methods')}; received: {request.method}."
            refusal = Refusal(405, "method", words, headers)
        else:
            words = f"There is nothing at {path!r:.100}; there is: {', '.join(self._paths)}."
            refusal = Refusal(error.status_code, "not_found", words)
        self._metrics.refusal(refusal.reason)
        return refused(refusal)

    async def _fault(self, request: Request, error: Exception) -> Response:
        """Answer where the server itself failed; the gate notes why."""
        del request, error
        return refused(FAULT)
