"""A small web server for files, with the faults that real ones have."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Served:
    """One file and how the server treats it."""

    content: bytes
    cuts: list[int] = field(default_factory=list)  # bytes after which an answer breaks off, one per request
    tag: bool | str = True  # whether the answer has an ETag
    date: str | None = None  # the Last-Modified of the answer
    ranges: bool = True  # whether parts may be asked for
    length: bool = True  # whether the answer says how long it is
    shifted: bool = False  # answers another part than asked for

    @property
    def etag(self) -> str:
        return self.tag if isinstance(self.tag, str) else f'"{hashlib.sha256(self.content).hexdigest()[:12]}"'


class FileServer:
    """Serves `files` by path on 127.0.0.1 and keeps a list of what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.requests: list[tuple[str, str | None]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/"

    def put(self, name: str, content: bytes, **treatment: object) -> str:
        """Serve a file; returns its address."""
        self.files[f"/{name}"] = Served(content, **treatment)
        return self.address + name

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.requests.append((request.path, wanted))
        file = self.files.get(request.path)
        if file is None:
            request.send_error(404)
            return
        start = 0
        known = (file.etag if file.tag else None, file.date)
        if wanted and file.ranges and request.headers.get("If-Range", known[0]) in known:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start and start >= len(file.content):
            request.send_error(416)
            return
        body = file.content[start:]
        request.send_response(206 if start else 200)
        if start:
            first = start + 1 if file.shifted else start
            request.send_header("Content-Range", f"bytes {first}-{len(file.content) - 1}/{len(file.content)}")
        if file.length:
            request.send_header("Content-Length", str(len(body)))
        if file.tag:
            request.send_header("ETag", file.etag)
        if file.date:
            request.send_header("Last-Modified", file.date)
        request.end_headers()
        request.wfile.write(body[: file.cuts.pop(0)] if file.cuts else body)

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def serve() -> Iterator[FileServer]:
    """The body of a fixture: a server for the length of a test."""
    server = FileServer()
    try:
        yield server
    finally:
        server.close()


def names(folder: Path) -> list[str]:
    """The names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())
