"""What is known of a column of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

ColumnType = Literal["integer", "number", "boolean", "date", "text", "empty"]
TYPES: tuple[ColumnType, ...] = ("integer", "number", "boolean", "date", "text", "empty")


class Entry(NamedTuple):
    """A value of a column and where it stands.

    Attributes:
        row: The row, from 1, the line of names not counted.
        text: What stands there.
    """

    row: int
    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table, as its values are read.

    Attributes:
        name: Its name.
        type: What its values are.
        form: The form of its dates as text; None for others.
        rows: How many rows were seen.
        missing: How many of them have no value.
        markers: How often each marker of a missing value occurs.
        numbers: How many values of a column of text are numbers.
        first_other: The first value of text that is none.
        codes: The first value of digits that is a name rather than a quantity, such as ``007``.
        marks: What makes numbers none, a pattern of ``ranvier.tables.values.MARKS``; None where nothing does.
        ambiguous: Whether nothing decides between day and month.
        infinite: The first infinite value.
        odd_date: Where all values of text look like dates: the first that has not the form of most, or that no
            calendar knows.
        foreign: The type of values that cannot be read, such as lists; None for others.
    """

    name: str
    type: ColumnType
    form: str | None = None
    rows: int = 0
    missing: int = 0
    markers: Mapping[str, int] = field(default_factory=dict)
    numbers: int = 0
    first_other: Entry | None = None
    codes: Entry | None = None
    marks: str | None = None
    ambiguous: bool = False
    infinite: Entry | None = None
    odd_date: Entry | None = None
    foreign: str | None = None
