"""``ranvier inspect TABLE``: what a table holds, and what its columns would be taken for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from ranvier.cli.listing import plain
from ranvier.cli.table_options import laid_down
from ranvier.cli.tables.overview import column_lines, remark_lines, size_words
from ranvier.tables.kinds import kind_of
from ranvier.tables.plan import DataPlan
from ranvier.tables.reading import reading_options
from ranvier.tables.statistics import statistics_of
from ranvier.tables.suspects import reason_to_leave_out
from ranvier.tables.table import read_table


def show_table(path: str, reading: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the columns of a table.

    Args:
        path: The file, or ``-``.
        reading: What is laid down about it, by the name of its option; None or empty where it is not.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If it cannot be read.
    """
    table = read_table(path, reading_options(laid_down(DataPlan(), reading)))
    statistics = [statistics_of(column, table.frame.column(column.name)) for column in table.columns]
    reasons = {
        column.name: reason_to_leave_out(column, table.frame.column(column.name)) for column in table.columns
    }
    left_out = {name: reason for name, reason in reasons.items() if reason is not None}
    kinds = {column.name: kind_of(column) for column in table.columns}
    if as_json:
        columns: list[dict[str, Any]] = [
            {**each.as_dict(), "kind": "dropped" if each.name in left_out else kinds[each.name]}
            | ({"reason": left_out[each.name]} if each.name in left_out else {})
            for each in statistics
        ]
        told = {
            "path": path,
            "read_as": table.description,
            "rows": table.rows,
            "columns": columns,
            "remarks": list(table.remarks),
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    lines = [
        f"{plain(table.name)}: {size_words(table)} ({table.description})",
        "",
        *column_lines(statistics, kinds, left_out, None),
    ]
    if table.remarks:
        lines += ["", *remark_lines(table.remarks)]
    click.echo("\n".join(lines))
