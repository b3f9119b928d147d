"""HTTP as uvicorn speaks it, with bounds on the head of a request and faults in JSON."""

from __future__ import annotations

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LARGEST_HEAD = 2**16
"""Bytes that the address and the headers of a request may have."""

HEAD_SECONDS = 20.0
"""Seconds within which they must arrive, counted from the connection or from the first of their bytes."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection that neither waits for ever for a request's head nor keeps one of any size."""

    _head = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, of which some may belong to the head of a request."""
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        # What is left of a body that was refused is dropped, for as long as a head may take.
        if self._timer is not None and not (self.cycle is not None and self.cycle.more_body):
            self._head += len(data)
        super().data_received(data)
        # One read may bring a head and much of its body; only what is still no complete head is too long.
        if self._timer is not None and self._head > LARGEST_HEAD:
            self._refuse(
                431, f"The address and headers of a request may have {LARGEST_HEAD:,} bytes; more came."
            )

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        del msg
        self._refuse(400, "What came is no request of HTTP/1.1.")

    def _wait(self) -> None:
        self._head = 0
        self._timer = self.loop.call_later(HEAD_SECONDS, self._expired)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expired(self) -> None:
        self._timer = None
        if self._head:
            self._refuse(408, f"The head of the request did not arrive within {HEAD_SECONDS:g} seconds.")
        else:
            self.transport.close()

    def _refuse(self, status: int, sentence: str) -> None:
        self._stop_waiting()
        if self.transport.is_closing():
            return
        body = json.dumps({"error": sentence}).encode()
        headers: list[tuple[bytes, bytes]] = [
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        head = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.close()
