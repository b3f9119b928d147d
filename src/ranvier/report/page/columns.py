"""The data of a run on its page: the file, its columns, and what was noticed."""

from __future__ import annotations

from ranvier.report.page.content import ColumnRow
from ranvier.report.table_results import TableResults
from ranvier.tables.statistics import ColumnStatistics
from ranvier.tables.wording import LONGEST_NAME, shortened, values_text

_MOST = 200


def data_facts(results: TableResults) -> list[tuple[str, str]]:
    """Return what there is to know of the file and the division of its rows."""
    settings, table, split = results.settings, results.settings.table, results.settings.split
    by = f"the latest by {split.time_column!r}" if split.time_column else "drawn by chance"
    if settings.task == "classification" and not split.time_column:
        by += ", from each class its share"
    facts = [
        ("File", table.path),
        ("Rows", f"{table.rows:,}"),
        (
            "Columns",
            f"{len(table.columns):,} for the model, {len(table.left_out):,} left out, and the target",
        ),
        ("To train on", f"{split.training_rows:,} rows"),
        ("To test on", f"{split.test_rows:,} rows, {by}"),
    ]
    if results.class_names is not None:
        names = results.class_names
        shown = ", ".join(shortened(name) for name in names[:12])
        facts.append(("Classes", f"{len(names):,}: {shown}{', …' if len(names) > 12 else ''}"))
    return facts


def column_rows(results: TableResults) -> tuple[list[ColumnRow], str]:
    """Return a row for each column, the target first, those left out last; and how many more there are."""
    settings = results.settings
    left_out = settings.table.left_out

    def place(each: ColumnStatistics) -> int:
        return 0 if each.name == settings.table.target else 2 if each.name in left_out else 1

    ordered = sorted(results.statistics, key=place)
    rows = [_row(each, results) for each in ordered[:_MOST]]
    more = len(ordered) - len(rows)
    return rows, f"{more:,} more columns are not shown; schema.json has them all." if more else ""


def _row(each: ColumnStatistics, results: TableResults) -> ColumnRow:
    table = results.settings.table
    kind = "target" if each.name == table.target else results.kinds.get(each.name, each.type)
    return ColumnRow(
        name=shortened(each.name, LONGEST_NAME),
        kind=kind,
        left_out=_left_out(table.left_out.get(each.name, "")),
        missing=f"{each.missing / each.rows:.1%}" if each.missing else "",
        distinct=f"{each.distinct:,}",
        values=values_text(each),
        histogram=each.histogram or tuple(count for _, count in each.common or ()),
    )


def _left_out(reason: str) -> str:
    return f"left out: {reason}" if reason else ""
