"""The head of a request comes in time, or the connection ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from ranvier.serving import protocol
from ranvier.serving.protocol import BoundedProtocol

GET = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Refuse what is posted without reading it; greet whoever gets."""
    del receive
    body = b"refused" if scope["method"] == "POST" else b"hello"
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def talked(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]],
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> Any:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", seconds)

    async def run() -> Any:
        config = uvicorn.Config(application, log_config=None)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: BoundedProtocol(config, ServerState(), {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            return await talk(reader, writer)
        finally:
            writer.close()
            server.close()
            await server.wait_closed()

    return asyncio.run(run())


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


def test_a_head_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET)
        assert await answer(reader) == b"hello"
        writer.write(b"GET / HT")
        return await reader.read()

    rest = talked(talk, monkeypatch, 0.1)
    head, body = rest.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body) == {"error": "The head of the request did not arrive within 0.1 seconds."}


def test_a_connection_without_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        del writer
        return await reader.read()

    assert talked(talk, monkeypatch, 0.1) == b""


def test_a_refused_body_is_dropped_and_the_connection_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        writer.write(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 300000\r\n\r\n")
        answers = [await answer(reader)]
        for _ in range(3):
            writer.write(b" " * 100_000)
            await writer.drain()
        for _ in range(2):
            writer.write(GET)
            answers.append(await answer(reader))
        return answers

    assert talked(talk, monkeypatch, 30) == [b"refused", b"hello", b"hello"]


def test_a_refused_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 300000\r\n\r\n")
        await answer(reader)
        writer.write(b" ")
        return await reader.read()

    assert talked(talk, monkeypatch, 0.1) == b""
