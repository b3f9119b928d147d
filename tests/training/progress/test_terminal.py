from __future__ import annotations

import io
import os
import sys

import pytest

from ranvier.training.progress import terminal
from ranvier.training.progress.terminal import current_terminal, print_message, write


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch) -> None:
    for name in ("NO_COLOR", "COLUMNS", "PYCHARM_HOSTED", "WT_SESSION", "ANSICON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def looked_at(monkeypatch, stream) -> terminal.Terminal:
    monkeypatch.setattr(sys, "stdout", stream)
    return current_terminal()


def notebook_stream() -> io.StringIO:
    return type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})()


def test_a_terminal(monkeypatch) -> None:
    seen = looked_at(monkeypatch, Tty())
    assert seen == terminal.Terminal(live=True, notebook=False, styled=True, unicode=True, columns=None)


def test_a_notebook(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    seen = looked_at(monkeypatch, notebook_stream())
    assert seen == terminal.Terminal(live=True, notebook=True, styled=True, unicode=True, columns=None)


@pytest.mark.parametrize("stream", [io.StringIO(), None, object()], ids=["file", "none", "odd"])
def test_a_file(stream, monkeypatch) -> None:
    seen = looked_at(monkeypatch, stream)
    assert (seen.live, seen.styled) == (False, False)


def test_a_closed_stream(monkeypatch) -> None:
    stream = io.StringIO()
    stream.close()
    assert not looked_at(monkeypatch, stream).live


def test_pycharm(monkeypatch) -> None:
    monkeypatch.setenv("PYCHARM_HOSTED", "1")
    assert looked_at(monkeypatch, io.StringIO()).live


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colours(name: str, value: str, monkeypatch) -> None:
    monkeypatch.setenv(name, value)
    seen = looked_at(monkeypatch, Tty())
    assert (seen.live, seen.styled) == (True, False)


def test_an_empty_no_color_means_nothing(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert looked_at(monkeypatch, Tty()).styled


@pytest.mark.parametrize(("name", "styled"), [("WT_SESSION", True), ("OTHER", False)])
def test_the_old_console_of_windows_has_no_colours(name: str, styled: bool, monkeypatch) -> None:
    monkeypatch.delenv("TERM")
    monkeypatch.setenv(name, "1")
    monkeypatch.setattr(terminal.os, "name", "nt")
    seen = looked_at(monkeypatch, Tty())
    monkeypatch.undo()
    assert seen.styled is styled


@pytest.mark.parametrize(
    ("encoding", "unicode"), [("ascii", False), ("cp1252", False), ("utf-8", True), ("no such", False)]
)
def test_encodings(encoding: str, unicode: bool, monkeypatch) -> None:
    stream = Tty()
    monkeypatch.setattr(Tty, "encoding", encoding, raising=False)
    assert looked_at(monkeypatch, stream).unicode is unicode


def test_the_width_that_is_declared(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert looked_at(monkeypatch, Tty()).columns == 40
    monkeypatch.setenv("COLUMNS", "0")
    assert looked_at(monkeypatch, Tty()).columns is None


def test_the_width_of_a_terminal(monkeypatch) -> None:
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 61, 0, 0))
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        seen = looked_at(monkeypatch, stream)
        monkeypatch.undo()
    os.close(master)
    assert (seen.live, seen.columns) == (True, 61)


def test_what_cannot_be_encoded_becomes_plain(monkeypatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    write("━━ größe\n")
    assert raw.getvalue() == b"== gr??e\n"


def test_without_a_console_nothing_is_written(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    write("lost")


@pytest.mark.parametrize(
    ("stream", "below", "expected"),
    [(Tty, True, "\nword\n"), (Tty, False, "word\n"), (io.StringIO, True, "word\n")],
)
def test_a_message_stands_on_its_own_line(stream, below: bool, expected: str, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream())
    print_message("word", below_bar=below)
    assert sys.stdout.getvalue() == expected  # type: ignore[attr-defined]
