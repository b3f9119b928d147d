"""Clients of a server on loopback: some connections, each asking again as soon as it is answered."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Load:
    """What some clients measured.

    Attributes:
        seconds: How long all of it took.
        latencies: Seconds of each request, from its first byte sent to the last of its answer.
        lost: How many requests were answered with another status than 200, or not at all.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    lost: int = 0

    def rate(self) -> float:
        """Return the requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency that a share of the requests did not exceed."""
        return sorted(self.latencies)[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


def request_of(row: Sequence[float]) -> bytes:
    """Return the bytes of a request for the prediction of a row."""
    body = json.dumps({"rows": [list(row)]}).encode()
    head = f"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked = 0
        self.began = 0.0
        self.received = b""

    def ask(self, number: int, request: bytes) -> None:
        self.asked, self.received, self.began = number, b"", time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> tuple[int, bytes] | None:
        """Return the status and the body once they are complete; the status 0 where the server hung up."""
        part = self.socket.recv(2**16)
        self.received += part
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not part:
            return 0, b""
        if not end:
            return None
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return (int(head[9:12]), body) if len(body) >= length else None


def load(
    port: int,
    clients: int,
    requests: Sequence[bytes],
    total: int,
    check: Callable[[int, Any], None] | None = None,
) -> Load:
    """Send requests over some connections, and wait for their answers.

    Args:
        port: Of the server.
        clients: How many connections, each with one request at a time.
        requests: Sent in turn, again and again.
        total: How many to send.
        check: Called with the number of a request and the JSON of its answer.

    Returns:
        What was measured.
    """
    result, sent = Load(), 0
    with selectors.DefaultSelector() as selector:
        connections = [_Connection(port) for _ in range(clients)]
        began = time.perf_counter()
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(sent, requests[sent % len(requests)])
            sent += 1
        open_connections = clients
        while open_connections:
            for key, _ in selector.select(timeout=60):
                connection = key.data
                answer = connection.answer()
                if answer is None:
                    continue
                result.latencies.append(time.perf_counter() - connection.began)
                if answer[0] != 200:
                    result.lost += 1
                elif check is not None:
                    check(connection.asked % len(requests), json.loads(answer[1]))
                if sent < total and answer[0]:
                    connection.ask(sent, requests[sent % len(requests)])
                    sent += 1
                else:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                    open_connections -= 1
        result.seconds = time.perf_counter() - began
    return result
