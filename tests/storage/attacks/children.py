"""Attacks in a process of their own, whose time and memory can be measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def answer_of(canary: list[str], module: str, *arguments: object, timeout: float = 300) -> Any:
    """Run a module of this folder, and return what the last line of its output tells in JSON."""
    finished = subprocess.run(
        [sys.executable, "-m", f"tests.storage.attacks.{module}", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=timeout,
    )
    canary[:] = [event for event in canary if not event.startswith("subprocess.Popen")]
    assert finished.returncode == 0, finished.stderr[-2000:]
    return json.loads(finished.stdout.splitlines()[-1])
