"""``ranvier train --resume``: the training of a run that was interrupted, continued with its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ranvier.cli.data import recipe_of
from ranvier.cli.order import Order
from ranvier.cli.training import carry_on
from ranvier.errors import ConfigurationError, RunFolderError
from ranvier.report.run_folder import RunFolder, open_run
from ranvier.report.versions import installed_versions

_FREE = {"plots", "quiet"}
"""Options that change nothing of what is trained."""


def resume(path: Path, given: Mapping[str, Any], *, plots: bool, quiet: bool) -> None:
    """Continue the training of a run.

    Args:
        path: The folder of the run.
        given: The options that stood on the command line, by name.
        plots: Whether to draw figures.
        quiet: Whether to print the folder only.

    Raises:
        RunFolderError: If it is no run, or a finished one.
        ConfigurationError: If an option contradicts the run.
    """
    run = open_run(path)
    order = _order(run, plots=plots, quiet=quiet)
    _refuse_contradictions(run, order, given)
    if run.is_finished:
        epochs = run.metrics().get("last_epoch", {}).get("epoch")
        raise RunFolderError(
            f"The run {str(path)!r} is finished: it was trained for {epochs} epochs, and there is nothing to resume. "
            f"`ranvier evaluate {path}` shows its results; `ranvier train {run.settings.data_set}` begins another."
        )
    _tell_other_versions(run)
    carry_on(order, run)


def _order(run: RunFolder, *, plots: bool, quiet: bool) -> Order:
    settings = run.settings
    network, training = settings.network, settings.training
    return Order(
        recipe=recipe_of(run),
        hidden=network.hidden,
        activation=network.activation,
        dropout=network.dropout,
        epochs=training.epochs,
        batch_size=training.batch_size,
        optimizer=training.optimizer,
        learning_rate=training.learning_rate,
        seed=settings.seed,
        patience=training.patience or 0,
        output=run.path,
        plots=plots,
        quiet=quiet,
    )


def _refuse_contradictions(run: RunFolder, order: Order, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name in _FREE:
            continue
        own: Any = order.recipe if name == "data_set" else getattr(order, name)
        same = value.resolve() == own.resolve() if name == "output" else value == own
        if not same:
            words = value.name if name == "data_set" else f"--{name.replace('_', '-')} {_shown(value)}"
            shown = own.name if name == "data_set" else _shown(own)
            raise ConfigurationError(
                f"A run is resumed with its own settings; received: {words}, where {str(run.path)!r} was begun with "
                f"{shown}. Leave it out, or begin a new run."
            )


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return str(value)


def _tell_other_versions(run: RunFolder) -> None:
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
