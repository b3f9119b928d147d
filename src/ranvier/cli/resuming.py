"""``ranvier train --resume``: the training of a run that was interrupted, continued with its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ranvier.cli.contradictions import FREE, refuse_finished, refuse_option, tell_other_versions
from ranvier.cli.data import recipe_of
from ranvier.cli.order import Order
from ranvier.cli.training import carry_on
from ranvier.report.run_folder import RunFolder, open_run
from ranvier.report.run_settings import RunSettings


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
    if not isinstance(run.told, RunSettings):
        # Reading tables takes a second to import, which runs on images need not wait for.
        from ranvier.cli.tables.resuming import resume_on_table

        resume_on_table(run, given, quiet=quiet)
        return
    order = _order(run, plots=plots, quiet=quiet)
    for name, value in given.items():
        _compare(run, order, name, value)
    refuse_finished(run, f"ranvier train {run.told.data_set}")
    tell_other_versions(run)
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


def _compare(run: RunFolder, order: Order, name: str, value: Any) -> None:
    if name in FREE:
        return
    own: Any = getattr(order, name, None)
    if name == "data_set":
        value, own = getattr(value, "name", value), order.recipe.name
    same = value.resolve() == run.path.resolve() if name == "output" else value == own
    if not same:
        refuse_option(run, name, value, own)
