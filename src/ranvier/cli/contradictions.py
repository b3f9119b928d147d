"""What may not be asked of a run that is resumed."""

from __future__ import annotations

from typing import Any, NoReturn

import click

from ranvier.errors import ConfigurationError, RunFolderError
from ranvier.report.run_folder import RunFolder
from ranvier.report.versions import installed_versions

FREE = frozenset({"plots", "quiet"})
"""Options that change nothing of what is trained."""


def refuse_option(run: RunFolder, name: str, value: Any, own: Any) -> NoReturn:
    """Refuse an option that a run was not begun with.

    Args:
        run: The run.
        name: The name of the option, or ``data_set`` for the argument.
        value: What was given.
        own: What the run has instead, None for nothing.

    Raises:
        ConfigurationError: Always.
    """
    words = _shown(value) if name == "data_set" else f"--{name.replace('_', '-')} {_shown(value)}"
    begun = "without it" if own is None else f"with {_shown(own)}"
    raise ConfigurationError(
        f"A run is resumed with its own settings; received: {words}, where {str(run.path)!r} was begun {begun}. "
        "Leave it out, or begin a new run."
    )


def refuse_finished(run: RunFolder, another: str) -> None:
    """Refuse to go on where there is nothing to go on with.

    Args:
        run: The run.
        another: The command that does another one.

    Raises:
        RunFolderError: If it is finished.
    """
    if run.is_finished:
        raise RunFolderError(
            f"The run {str(run.path)!r} is finished; there is nothing to resume. `ranvier evaluate {run.path}` shows "
            f"its results; `{another}` begins another."
        )


def tell_other_versions(run: RunFolder) -> None:
    """Say so if the run was begun with other versions of what decides the numbers."""
    before, now = run.told.versions, installed_versions()
    changed = [
        f"{name} {before.get(name)} then, {version} now"
        for name, version in now.items()
        if before.get(name) != version
    ]
    if changed:
        click.echo(
            f"Note: the run was begun with other versions ({'; '.join(changed)}), so its numbers may differ in the "
            "last digits from those of an undisturbed run.",
            err=True,
        )


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return str(value)
