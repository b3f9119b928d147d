"""``ranvier run``: programs written for Keras."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import click

from ranvier import compat
from ranvier.cli.exits import FAILED


def run_script(path: Path, arguments: Sequence[str]) -> None:
    """Run a program, its imports of Keras answered by Ranvier.

    Args:
        path: The program.
        arguments: What the program finds in ``sys.argv`` after its own name.

    Raises:
        RanvierError: If the program cannot be read.
        click.exceptions.Exit: With the exit code 1, if the program ends by an exception. It is shown as
            Python would show it, because its author needs the line.
    """
    try:
        compat.run(path, list(arguments))
    except Exception as error:
        within = _within(error, path.resolve())
        if within is None and not _is_syntax_of(error, path.resolve()):
            raise
        traceback.print_exception(type(error), error, within)
        raise click.exceptions.Exit(FAILED) from error


def _within(error: Exception, path: Path) -> TracebackType | None:
    """Return the traceback from the program's first line on; None if the program did not begin."""
    step = error.__traceback__
    while step is not None and Path(step.tb_frame.f_code.co_filename).resolve() != path:
        step = step.tb_next
    return step


def _is_syntax_of(error: Exception, path: Path) -> bool:
    return (
        isinstance(error, SyntaxError)
        and error.filename is not None
        and Path(error.filename).resolve() == path
    )
