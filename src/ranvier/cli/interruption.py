"""What is kept of a run whose training or results were interrupted, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ranvier.cli.sentences import resume_command
from ranvier.report.run_folder import MODEL, RunFolder


def stopped_words(run: RunFolder, *, plots: bool) -> str:
    """Return what there is to say after Ctrl-C.

    Args:
        run: The run.
        plots: Whether figures are drawn.
    """
    kept = f"Stopped by Ctrl-C; what was learned so far is kept in {run.path}."
    return f"{kept} To go on from here:\n  {resume_command(run, plots=plots)}"


def can_go_on(run: RunFolder, error: BaseException) -> bool:
    """Tell whether something was learned, and what stopped it passes: a full disk, Ctrl-C while results are written.

    Args:
        run: The run.
        error: What stopped it.
    """
    learned = run.has_backup or (run.path / MODEL).exists()
    return learned and isinstance(error, OSError | KeyboardInterrupt)


@contextmanager
def resumable(run: RunFolder, *, plots: bool) -> Iterator[None]:
    """Say how to go on where that is possible.

    Args:
        run: The run.
        plots: Whether figures are drawn.
    """
    try:
        yield
    except BaseException as error:
        if can_go_on(run, error):
            click.echo(f"To go on from here:\n  {resume_command(run, plots=plots)}", err=True)
        raise
