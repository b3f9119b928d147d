"""A table in memory, and what was noticed while it was read."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ranvier.errors import unknown_name
from ranvier.tables.arrow import pa
from ranvier.tables.columns import Column
from ranvier.tables.conversion import converted_blocks
from ranvier.tables.decimals import with_decimal_mark
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.remarks import remarks_on
from ranvier.tables.sources import Source, TextSource, open_source
from ranvier.tables.survey import survey


@dataclass(frozen=True)
class Table:
    """A table in memory.

    Attributes:
        name: Where it came from.
        description: What it was read as.
        frame: The rows, an Arrow table.
        columns: What its columns hold, in the order of the frame.
        options: How it was read; what was found out is filled in.
        remarks: What was noticed, a sentence each.
    """

    name: str
    description: str
    frame: Any
    columns: tuple[Column, ...]
    options: ReadingOptions
    remarks: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self.frame.num_rows)

    def column(self, name: str) -> Column:
        """Return what a column holds.

        Raises:
            UnknownNameError: If there is none of that name.
        """
        found = next((each for each in self.columns if each.name == name), None)
        if found is None:
            raise unknown_name("column", name, [each.name for each in self.columns])
        return found


def read_table(path: str, options: ReadingOptions, *, verbatim: Sequence[str] = ()) -> Table:
    """Read a whole table; its types are those that fit all of its rows.

    Args:
        path: A CSV, TSV, Parquet or Arrow file, also compressed, or ``-`` for standard input.
        options: What is laid down about it.
        verbatim: Columns whose truth values are kept as they are written, such as classes.

    Returns:
        The table.

    Raises:
        DataError: If there is no such file, or its rows or columns cannot be used.
        UnknownNameError: If there is no such column.
        FileFormatError: If it is damaged or no table.
    """
    with open_source(path, options) as source:
        unknown = [name for name in verbatim if name not in source.names]
        if unknown:
            raise unknown_name(f"column of {source.origin.name!r}", unknown[0], source.names)
        columns, options, commas = with_decimal_mark(source, survey(source, options), options)
        text = [each.name for each in columns if each.name in verbatim and each.type == "boolean"]
        blocks = list(converted_blocks(source, columns, options, text))
        frame = pa.Table.from_batches(blocks)
        return Table(
            name=source.origin.name,
            description=source.description(),
            frame=frame,
            columns=columns,
            options=_found(source, options),
            remarks=(*_of_encoding(source), *commas, *remarks_on(columns)),
        )


def _found(source: Source, options: ReadingOptions) -> ReadingOptions:
    if not isinstance(source, TextSource):
        return options
    return dataclasses.replace(
        options,
        delimiter=source.dialect.delimiter,
        encoding=source.encoding.name,
        header=source.dialect.header,
    )


def _of_encoding(source: Source) -> tuple[str, ...]:
    return (source.encoding.remark,) if isinstance(source, TextSource) and source.encoding.remark else ()
