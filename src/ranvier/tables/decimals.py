"""Whether the numbers of a table have decimal commas."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ranvier.tables.columns import Column
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.sources import Source
from ranvier.tables.survey import survey
from ranvier.tables.values import COMMAS

_NUMBERS = ("integer", "number")


def with_decimal_mark(
    source: Source, columns: Sequence[Column], options: ReadingOptions
) -> tuple[tuple[Column, ...], ReadingOptions, tuple[str, ...]]:
    """Find the decimal mark, where none is laid down: a comma, if that makes numbers of texts and texts of none.

    Args:
        source: The table.
        columns: What its columns hold where the mark is a point.
        options: How values are written.

    Returns:
        What the columns hold, how values are written, and what there is to say of it, a sentence each.
    """
    written = [column for column in columns if column.marks == COMMAS]
    if options.decimal is None and options.thousands is None and written:
        told = dataclasses.replace(options, decimal=",")
        found = survey(source, told)
        kept = all(
            after.type in _NUMBERS
            for before, after in zip(columns, found, strict=True)
            if before.type in _NUMBERS
        )
        gained = [
            before
            for before, after in zip(columns, found, strict=True)
            if before in written and after.type in _NUMBERS
        ]
        if kept and gained:
            entry = gained[0].first_other
            example = f" ({entry.text!r:.40} in {gained[0].name!r:.60})" if entry is not None else ""
            return found, told, (f"Numbers have decimal commas{example}; `--decimal .` takes them as text.",)
    return tuple(columns), dataclasses.replace(options, decimal=options.point), ()
