"""``ranvier train --resume`` for runs on tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import click

from ranvier.cli.contradictions import FREE, refuse_finished, refuse_option, tell_other_versions
from ranvier.cli.interruption import resumable
from ranvier.cli.table_options import PLACES, overridden
from ranvier.cli.tables.digest import require_same_table
from ranvier.cli.tables.training import carry_out
from ranvier.random import set_random_seed
from ranvier.report.occupation import occupied
from ranvier.report.run_folder import RunFolder
from ranvier.report.table_files import PLAN
from ranvier.tables.origin import STANDARD
from ranvier.tables.plan import Plan
from ranvier.tables.plan_file import read_plan
from ranvier.tables.preparing import prepare

_GONE = "Save the table to a file, and train on that."
_REMEDY = "Bring the old one back, or begin a new run."


def resume_on_table(run: RunFolder, given: Mapping[str, Any], *, quiet: bool) -> None:
    """Continue a training on a table.

    Args:
        run: The run.
        given: The options that stood on the command line, by name.
        quiet: Whether to print the folder only.

    Raises:
        RunFolderError: If it is finished.
        ConfigurationError: If an option contradicts it.
        DataError: If the table has changed.
        click.exceptions.Exit: With the exit code 130, after Ctrl-C.
    """
    plan = read_plan(run.path / PLAN)
    for name, value in given.items():
        _compare(run, plan, name, value)
    if "plots" in given:
        plan = dataclasses.replace(plan, output=dataclasses.replace(plan.output, plots=given["plots"]))
    refuse_finished(run, f"ranvier train --config {run.path / PLAN}")
    tell_other_versions(run)
    path = str(plan.data.path)
    require_same_table(run, path, _GONE if path == STANDARD else _REMEDY)
    set_random_seed(plan.split.seed)
    prepared = prepare(plan)
    with occupied(run), resumable(run, plots=plan.output.plots):
        if not run.has_backup and not quiet:
            click.echo(
                "No backup was made before the interruption, so the training begins again from its first step."
            )
        carry_out(run, plan, prepared, quiet=quiet)


def _compare(run: RunFolder, plan: Plan, name: str, value: Any) -> None:
    if name in FREE:
        return
    if name == "output":
        if value.resolve() != run.path.resolve():
            refuse_option(run, name, value, run.path)
    elif name == "data_set":
        path = getattr(value, "name", value)
        if path != plan.data.path:
            refuse_option(run, name, path, plan.data.path)
    elif name not in PLACES:
        refuse_option(run, name, value, None)
    elif overridden(plan, {name: value}) != plan:
        place = PLACES[name]
        refuse_option(run, name, value, getattr(getattr(plan, place.section), place.field))
