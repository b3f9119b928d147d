"""What ``ranvier train`` was asked for, as a plan; and ``ranvier init-config``, which writes one down."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ranvier.cli.listing import plain
from ranvier.cli.table_options import PLACES, overridden
from ranvier.cli.tables.overview import remark_lines
from ranvier.errors import ConfigurationError
from ranvier.storage.atomic import replacing
from ranvier.tables.kinds import kind_of
from ranvier.tables.plan import ColumnPlan, Plan
from ranvier.tables.plan_file import plan_text, read_plan
from ranvier.tables.reading import reading_options
from ranvier.tables.remarks import quoted
from ranvier.tables.statistics import statistics_of
from ranvier.tables.suspects import reason_to_leave_out
from ranvier.tables.table import read_table
from ranvier.tables.wording import values_text

_HEADING = """Settings of a training on a table: ranvier train --config {name}
What stands in a comment is not set; take the # away to set it. Options on the command line override this file."""
_KINDS = "Kinds: number, category, date, dropped."


def plan_of(path: str | None, config: Path | None, given: Mapping[str, Any]) -> Plan:
    """Return what was asked for: the settings of a file, and over them what the command line lays down.

    Args:
        path: The table; None where the file of settings names it.
        config: A file of settings, or None.
        given: Values by the name of their option; others are left alone.

    Raises:
        ConfigurationError: If the file cannot be read, or a setting in it cannot be.
    """
    plan = Plan() if config is None else read_plan(config)
    plan = overridden(plan, {name: value for name, value in given.items() if name in PLACES})
    if path is not None:
        plan = dataclasses.replace(plan, data=dataclasses.replace(plan.data, path=path))
    return plan


def write_plan(path: str, output: Path, given: Mapping[str, Any], *, force: bool) -> None:
    """Write the settings of a training on a table, with what its columns are taken for.

    Args:
        path: The table.
        output: The file to write.
        given: Values by the name of their option.
        force: Whether to write over a file that is there.

    Raises:
        RanvierError: If the table cannot be read, or the file is there or cannot be written.
    """
    if output.exists() and not force:
        raise ConfigurationError(
            f"The file {str(output)!r} exists. Give another one with `--output`, or add `--force` to write over it."
        )
    plan = plan_of(path, None, given)
    target = plan.data.target
    table = read_table(path, reading_options(plan.data), verbatim=() if target is None else (target,))
    columns, notes = [], {}
    for column in table.columns:
        if column.name == target:
            continue
        values = table.frame.column(column.name)
        reason = reason_to_leave_out(column, values)
        columns.append(ColumnPlan(column.name, kind_of(column) if reason is None else "dropped"))
        words = reason or values_text(statistics_of(column, values))
        notes[column.name] = (
            plain(words) if not column.missing else f"{plain(words)}; {column.missing:,} missing"
        )
    text = plan_text(
        dataclasses.replace(plan, columns=tuple(columns)), f"{_HEADING.format(name=output)}\n{_KINDS}", notes
    )
    with replacing(output) as file:
        file.write(text.encode())
    lines = [f"{output} written: {len(columns)} columns of {table.rows:,} rows."]
    lines += remark_lines(table.remarks)
    if target is None:
        lines.append(
            f"Set `target` in it, or train with `ranvier train --config {quoted(str(output))} --target COLUMN`."
        )
    click.echo("\n".join(lines))
