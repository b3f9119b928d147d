"""Standard output as it is: a terminal, a notebook, or a file.

A terminal and a notebook can overwrite the line they show; a file cannot, so nothing written to
it may contain backspaces, carriage returns or escape codes.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

_NOTEBOOK_PACKAGES = ("ipykernel", "pyodide_kernel")


@dataclass(frozen=True)
class Terminal:
    """What the stream behind ``sys.stdout`` can show.

    Attributes:
        live: Whether a line can be overwritten.
        notebook: Whether it is the output of a notebook's cell.
        styled: Whether colours and bold are shown.
        unicode: Whether the stream's encoding has the heavy line the bar is drawn with.
        columns: The width in characters, or None where lines have no end.
    """

    live: bool
    notebook: bool
    styled: bool
    unicode: bool
    columns: int | None


def current_terminal() -> Terminal:
    """Look at ``sys.stdout`` as it is now."""
    stream = sys.stdout
    notebook = type(stream).__module__.partition(".")[0] in _NOTEBOOK_PACKAGES
    live = notebook or _is_tty(stream) or (stream is not None and "PYCHARM_HOSTED" in os.environ)
    return Terminal(
        live=live,
        notebook=notebook,
        styled=live and _shows_styles(),
        unicode=_encodes_line(stream),
        columns=None if notebook else _columns(stream),
    )


def write(text: str) -> None:
    """Write to standard output at once; a character it cannot encode becomes a plain one."""
    stream = sys.stdout
    if stream is None:  # a program without a console, such as pythonw
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(text.replace("━", "=").encode(encoding, "replace").decode(encoding))
    stream.flush()


def print_message(message: str, below_bar: bool = False) -> None:
    """Write one line that a callback has to say.

    Args:
        message: The line, without its end.
        below_bar: Whether a progress bar may stand unfinished on the current line, so that on a
            terminal the message has to begin a new one.
    """
    leads = below_bar and current_terminal().live
    write(f"\n{message}\n" if leads else f"{message}\n")


def _is_tty(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # no such method; a closed stream
        return False


def _shows_styles() -> bool:
    """Follow no-color.org, terminals that say they are dumb, and Windows' old console."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or any(name in os.environ for name in ("WT_SESSION", "ANSICON", "TERM"))


def _encodes_line(stream: Any) -> bool:
    try:
        "━─".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _columns(stream: Any) -> int | None:
    """Return the width that COLUMNS or the terminal gives, or None where neither does."""
    declared = os.environ.get("COLUMNS", "")
    if declared.isdigit() and int(declared) > 0:
        return int(declared)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (AttributeError, OSError, ValueError):
        return None
