"""The log: one line an event, of names and values, to standard error."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, TextIO


class Journal:
    """Writes lines such as ``2026-03-01T12:00:00Z info event=stopped requests=3``.

    Args:
        stream: Where to; standard error when None.
        requests: Whether every request gets a line.
    """

    def __init__(self, stream: TextIO | None = None, *, requests: bool = False) -> None:
        self._stream = stream
        self.requests = requests

    def info(self, event: str, **values: Any) -> None:
        """Note an event."""
        self._write("info", event, values)

    def error(self, event: str, **values: Any) -> None:
        """Note a fault."""
        self._write("error", event, values)

    def _write(self, level: str, event: str, values: dict[str, Any]) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        pairs = " ".join(f"{name}={_text(value)}" for name, value in {"event": event, **values}.items())
        stream = self._stream or sys.stderr
        stream.write(f"{now} {level} {pairs}\n")
        stream.flush()


def _text(value: Any) -> str:
    """Return a value in one word, or in quotes, so that nobody outside can forge a line."""
    if isinstance(value, float):
        return f"{value:.6f}"
    text = str(value)
    plain = text and text.isascii() and text.isprintable() and not set(text) & set(' "=\\')
    return text if plain else json.dumps(text)
