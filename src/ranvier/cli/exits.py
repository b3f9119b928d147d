"""How commands end: exit codes, and errors as one sentence."""

from __future__ import annotations

import difflib
import errno
import os
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import click

from ranvier.errors import RanvierError
from ranvier.printable import printable

FAILED, INTERRUPTED = 1, 130


class Sentence(click.ClickException):
    """An error that the user reads as one line, ``Error: ...``."""

    exit_code = FAILED

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the line to standard error."""
        click.echo(f"Error: {printable(' '.join(self.message.split()))}", file=file, err=file is None)


class Commands(click.Group):
    """Commands whose errors become sentences, and whose interruption has the exit code of shells."""

    def invoke(self, context: click.Context) -> Any:
        """Carry out a command."""
        # No escape codes for those who ask for none; click itself leaves them out of files and pipes.
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            context.color = False
        try:
            return super().invoke(context)
        except RanvierError as error:
            if context.params.get("debug"):
                raise
            _let_go(error)
            raise Sentence(_words(error)) from error
        except OSError as error:
            _let_go(error)
            # Click itself ends quietly when what reads the output has gone away.
            if context.params.get("debug") or error.errno == errno.EPIPE:
                raise
            raise Sentence(_fault(error)) from error
        except KeyboardInterrupt as error:
            _let_go(error)
            click.echo("Stopped.", err=True)
            context.exit(INTERRUPTED)


def _let_go(error: BaseException) -> None:
    """Close what the frames of an error hold, such as tables half read, before Python ends."""
    traceback.clear_frames(error.__traceback__)


def _fault(error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        return f"There is no file {error.filename!r}.{_closest(Path(error.filename))}"
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{(error.strerror or str(error)).lower()}."


def _closest(path: Path) -> str:
    names: list[str] = []
    with suppress(OSError):
        names = [each.name for each in path.parent.iterdir()]
    close = difflib.get_close_matches(path.name, names, n=1)
    return f" Did you mean {str(path.parent / close[0])!r}?" if close else ""


def _words(error: RanvierError) -> str:
    """Return the message without the number that Python puts in front where it is a fault of the system."""
    message = getattr(error, "strerror", None) or str(error)
    return message if message.endswith((".", "?", "'", ")")) else f"{message}."
