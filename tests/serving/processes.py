"""Server processes on loopback, and a model whose answers are known."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from ranvier import Input, Sequential
from ranvier.layers import Dense
from ranvier.models import save_model

EVENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (info|error) event=\w+( |$)")
BEGINNING = """
import ctypes, signal, sys
if sys.platform == "linux":  # ends with those who run the tests, even where they are killed
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
from ranvier.cli.main import main
sys.exit(main())
"""
REPOSITORY = Path(__file__).resolve().parents[2]


class Server:
    """A running ``ranvier serve``.

    Attributes:
        url: Where it answers.
        port: Its port.
        process: Its process.
        client: A client with connections that stay open.
    """

    def __init__(
        self, *arguments: object, environment: dict[str, str] | None = None, stdin: int = subprocess.DEVNULL
    ) -> None:
        search = [str(REPOSITORY / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            [sys.executable, "-c", BEGINNING, "serve", *map(str, arguments), "--port", "0"],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search)} | (environment or {}),
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Ready at http://"), self.process.communicate()[1]
        self.port = int(line.rstrip().rpartition(":")[2])
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=30)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """End the process; return its exit code and its log."""
        self.client.close()
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=60)
        # Nothing but events, whatever libraries would like to say.
        others = [line for line in log.splitlines() if not EVENT.match(line)]
        assert others == [], others[:3]
        return self.process.returncode, log


@contextmanager
def running(*arguments: object, **options: Any) -> Iterator[Server]:
    """Run a server for as long as a test needs it."""
    server = Server(*arguments, **options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def linear(factor: float = 1.0) -> Sequential:
    """A model that answers ``factor`` times (a + 2 b + 3 c, a - c) for a row (a, b, c)."""
    model = Sequential([Input((3,)), Dense(2, use_bias=False)], name="linear")
    model.set_weights([np.array([[1.0, 1.0], [2.0, 0.0], [3.0, -1.0]]) * factor])
    return model


def answer_of(row: list[float], factor: float = 1.0) -> list[float]:
    a, b, c = row
    return [factor * (a + 2 * b + 3 * c), factor * (a - c)]


def write_linear(path: Path, factor: float = 1.0) -> Path:
    save_model(linear(factor), path)
    return path
