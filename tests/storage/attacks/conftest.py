"""What no file may cause, watched while the attacks run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FORBIDDEN = (
    "code.__new__",
    "ctypes.dlopen",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pickle.find_class",
    "pty.spawn",
    "shutil.unpack_archive",
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "urllib.Request",
    "webbrowser.open",
)
MODULES = ("antigravity", "pickle_payload", "this", "turtle")
"""Modules that nothing needs: a file names them, and they must not be imported."""

_watching: list[list[str]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and _is_forbidden(event, arguments):
        _watching[-1].append(f"{event} {arguments!r:.200}")


def _is_forbidden(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "import":
        return arguments[0] in MODULES
    if event == "open":
        path, mode = arguments[:2]
        return isinstance(mode, str) and bool(set(mode) & set("wax+")) and _is_elsewhere(path)
    if event in ("os.remove", "os.rename", "shutil.rmtree"):
        return any(_is_elsewhere(path) for path in arguments)
    return event in FORBIDDEN


def _is_elsewhere(path: object) -> bool:
    # A file without a name is opened by the name of its folder.
    if not isinstance(path, str | bytes) or Path(os.fsdecode(path)).is_dir():
        return False
    allowed = (os.environ["RANVIER_TEST_FOLDER"], os.environ["PYTEST_ATTACK_FOLDER"], os.devnull)
    return not os.fsdecode(path).startswith(allowed)


sys.addaudithook(_hook)


@pytest.fixture(scope="module", autouse=True)
def _files_of_keras(request: pytest.FixtureRequest) -> None:
    """Let Keras write its files before the watch begins."""
    if "write_honest" in vars(request.module):
        from tests.storage.attacks.keras_files import honest

        for suffix in (".keras", ".h5", ".weights.h5"):
            honest(suffix)


@pytest.fixture(autouse=True)
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fail a test in which anything was run, imported, fetched, removed, or written outside its folder."""
    monkeypatch.setenv("PYTEST_ATTACK_FOLDER", str(tmp_path))
    events: list[str] = []
    _watching.append(events)
    yield events
    _watching.pop()
    assert events == []
