"""What stands before every path: the guard, the counting, and the last resort for faults."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ranvier.serving.guard import Guard
from ranvier.serving.journal import Journal
from ranvier.serving.metrics import Metrics
from ranvier.serving.refusals import Refusal

_SECURITY = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_OTHER = "other"
FAULT = Refusal(500, "fault", "The server failed on this request. Its log says why.")
"""The answer where the server itself failed."""


class Gate:
    """Lets requests pass to an application, or refuses them; every answer is counted.

    Args:
        application: What answers.
        direct: What answers for some methods and paths instead, without the time that routing takes.
        guard: Decides who may ask.
        paths: Those by which answers are counted; all others are counted together.
        metrics: Counts.
        journal: Is told of faults, and of each request where that is wanted.
    """

    def __init__(
        self,
        application: ASGIApp,
        direct: Mapping[tuple[str, str], ASGIApp],
        guard: Guard,
        paths: Collection[str],
        metrics: Metrics,
        journal: Journal,
    ) -> None:
        self._application = application
        self._direct = direct
        self._guard = guard
        self._paths = frozenset(paths)
        self._metrics = metrics
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_SECURITY]
            await send(message)

        try:
            self._guard.check(scope["path"], scope["headers"])
            answering = self._direct.get((scope["method"], scope["path"]), self._application)
            await answering(scope, receive, observed)
        except Refusal as refusal:
            self._metrics.refusal(refusal.reason)
            await refused(refusal)(scope, receive, observed)
        except Exception as error:
            self._journal.error("fault", path=scope["path"], error=f"{type(error).__name__}: {error}")
            self._metrics.refusal(FAULT.reason)
            if not status:
                await refused(FAULT)(scope, receive, observed)
        path = scope["path"] if scope["path"] in self._paths else _OTHER
        self._metrics.request(path, status)
        if self._journal.requests:
            self._journal.info(
                "request",
                client=(scope.get("client") or ("unknown",))[0],
                method=scope["method"],
                path=scope["path"],
                status=status,
                seconds=time.perf_counter() - began,
            )


def refused(refusal: Refusal) -> JSONResponse:
    """Return the answer to a request that is refused."""
    return JSONResponse({"error": refusal.sentence}, refusal.status, refusal.headers)
