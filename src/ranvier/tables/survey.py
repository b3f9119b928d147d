"""The first pass over a table: what every column holds, judged by all of its rows.

A reader that fixes types by the beginning of a file breaks down, or silently changes what it
reads, where the ten-millionth row differs. Here each column starts as the narrowest kind and is
widened by whatever comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ranvier.errors import DataError
from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column, ColumnType, Entry
from ranvier.tables.dates import (
    FORMATS,
    as_dates,
    fitting_forms,
    is_ambiguous,
    likeliest_form,
    shaped_like_dates,
)
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.sources import Source
from ranvier.tables.values import (
    are_codes,
    are_numbers,
    are_truth_values,
    as_integers,
    as_numbers,
    clean,
    marks_of,
    plain_numbers,
)

_MOST_WORDS = 16  # more different words than that are not truth values

_LARGEST = 2**63 - 1  # that whole numbers with a sign may be

State = Literal["integer", "number", "text"]


@dataclass
class TextSurvey:
    """What is known so far of a column of text.

    Attributes:
        name: The name of the column.
        options: How values are written.
    """

    name: str
    options: ReadingOptions
    rows: int = 0
    missing: int = 0
    markers: dict[str, int] = field(default_factory=dict)
    numbers: State = "integer"
    number_count: int = 0
    first_other: Entry | None = None
    codes: Entry | None = None
    words: set[str] | None = field(default_factory=set)
    dates: tuple[str, ...] = FORMATS
    infinite: Entry | None = None
    marks: str | None = None
    odd_date: Entry | None = None

    def see(self, texts: Any) -> None:
        """Take the next block into account."""
        given = clean(texts, self.options)
        self._count_missing(texts, given)
        values = pc.drop_null(given)
        if len(values):
            self._see_numbers(given, values)
            if self.numbers == "text" or self.words:
                self._see_words(values)
            if self.dates or self.odd_date:
                self._see_dates(given, values)
        self.rows += len(texts)

    def column(self) -> Column:
        """Return what the column is, after the last block."""
        return Column(
            name=self.name,
            type=self._type(),
            form=self.dates[0] if self._type() == "date" else None,
            rows=self.rows,
            missing=self.missing,
            markers=self.markers,
            numbers=self.number_count,
            first_other=self.first_other or self.codes,
            codes=self.codes,
            marks=self.marks,
            ambiguous=is_ambiguous(self.dates),
            infinite=self.infinite,
            odd_date=self.odd_date,
        )

    def _type(self) -> ColumnType:
        if self.rows == self.missing:
            return "empty"
        if self.words and are_truth_values(self.words):
            return "boolean"
        if self.numbers != "text":
            return self.numbers
        return "date" if self.dates else "text"

    def _count_missing(self, texts: Any, given: Any) -> None:
        if not given.null_count:
            return
        self.missing += given.null_count
        for each in pc.value_counts(pc.utf8_trim_whitespace(texts.filter(pc.is_null(given)))).to_pylist():
            marker = each["values"] or ""
            self.markers[marker] = self.markers.get(marker, 0) + each["counts"]

    def _see_numbers(self, given: Any, values: Any) -> None:
        if self.numbers == "text" and not self.number_count:
            return  # text from the first block on: what follows changes nothing
        plain = plain_numbers(values, self.options)
        found = None
        if self.numbers != "text" and not pc.any(are_codes(plain)).as_py():
            found = as_integers(plain) if self.numbers == "integer" else None
            if found is None:
                self.numbers, found = "number", as_numbers(plain)
        if found is not None:
            self.number_count += len(values)
            self._see_infinity(given, found)
            return
        self.numbers = "text"
        numbers = are_numbers(plain)
        self.number_count += pc.sum(numbers).as_py() or 0
        codes = are_codes(plain)
        if self.codes is None:
            self.codes = self._first(given, values, codes)
        if self.first_other is None:
            self.marks = marks_of(values, plain)
            self.first_other = self._first(given, values, pc.invert(pc.or_(numbers, codes)))

    def _see_infinity(self, given: Any, found: Any) -> None:
        if self.infinite is None and pa.types.is_floating(found.type):
            self.infinite = self._first(given, pc.drop_null(given), pc.is_inf(found))

    def _first(self, given: Any, values: Any, chosen: Any) -> Entry | None:
        place = pc.index(chosen, True).as_py()
        if place < 0:
            return None
        rows = pc.indices_nonzero(pc.is_valid(given))
        return Entry(self.rows + rows[place].as_py() + 1, values[place].as_py())

    def _see_words(self, values: Any) -> None:
        if self.words is None:
            return
        self.words |= set(pc.unique(pc.utf8_lower(values)).to_pylist())
        if len(self.words) > _MOST_WORDS:
            self.words = None

    def _see_dates(self, given: Any, values: Any) -> None:
        if not shaped_like_dates(values):
            self.dates, self.odd_date = (), None
            return
        before, self.dates = self.dates, fitting_forms(values, self.dates)
        if before and not self.dates:
            form = likeliest_form(values, before)
            self.odd_date = self._first(given, values, pc.is_null(as_dates(values, form)))


@dataclass
class TypedSurvey:
    """What is known so far of a column that has a type of its own."""

    name: str
    type: ColumnType
    rows: int = 0
    missing: int = 0
    infinite: Entry | None = None
    foreign: str | None = None

    def see(self, values: Any) -> None:
        """Take the next block into account."""
        if self.foreign is not None:
            self.rows, self.missing = self.rows + len(values), self.missing + len(values)
            return
        nulls = values.null_count
        if pa.types.is_floating(values.type):
            nulls += pc.sum(pc.is_nan(values)).as_py() or 0
            place = pc.index(pc.is_inf(values), True).as_py()
            if self.infinite is None and place >= 0:
                self.infinite = Entry(self.rows + place + 1, str(values[place].as_py()))
        elif beyond_signed(values):
            self.type = "number"
        self.missing += nulls
        self.rows += len(values)

    def column(self) -> Column:
        """Return what the column is, after the last block."""
        kind: ColumnType = "empty" if self.missing == self.rows else self.type
        return Column(
            self.name,
            kind,
            rows=self.rows,
            missing=self.missing,
            infinite=self.infinite,
            foreign=self.foreign,
        )


def survey(source: Source, options: ReadingOptions) -> tuple[Column, ...]:
    """Read a table to its end to find what its columns hold.

    Args:
        source: The table.
        options: How values are written.

    Returns:
        The columns, in the table's order.

    Raises:
        DataError: If it has no rows, or a row is ragged.
    """
    surveys: list[TextSurvey | TypedSurvey] = []
    for block in source.blocks():
        if not surveys:
            surveys = [_survey_of(column, options) for column in block.schema]
        for each, values in zip(surveys, block.columns, strict=True):
            each.see(as_plain_text(values) if isinstance(each, TextSurvey) else values)
    if not surveys or not surveys[0].rows:
        raise DataError(f"The table {source.origin.name!r} has no rows, only the names of its columns.")
    return tuple(each.column() for each in surveys)


def beyond_signed(values: Any) -> bool:
    """Tell whether whole numbers are too large for those with a sign."""
    return pa.types.is_uint64(values.type) and (pc.max(values).as_py() or 0) > _LARGEST


def as_plain_text(values: Any) -> Any:
    """Return text in any of Arrow's ways as plain strings, null as an empty one."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return pc.fill_null(pc.cast(values, pa.string()), "")


def _survey_of(column: Any, options: ReadingOptions) -> TextSurvey | TypedSurvey:
    kind = readable_type(column.type)
    if kind is None:
        return TypedSurvey(column.name, "empty", foreign=str(column.type))
    return TextSurvey(column.name, options) if kind == "text" else TypedSurvey(column.name, kind)


def type_of(column: Any) -> ColumnType:
    """Return what a typed column of a Parquet or Arrow file holds.

    Raises:
        DataError: If it is nothing that a table for training may hold.
    """
    found = readable_type(column.type)
    if found is None:
        raise unreadable(column.name, str(column.type))
    return found


def unreadable(name: str, kind: str) -> DataError:
    """Build the error for a column that is needed and holds lists, bytes or the like."""
    return DataError(
        f"Column {name!r} holds values of the type {kind!r:.60}; numbers, text, truth values, dates and times are "
        "expected. Turn it into one of those when the file is written."
    )


def readable_type(kind: Any) -> ColumnType | None:
    """Return what values of one of Arrow's types are; None for lists, bytes and the like."""
    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind):
        return "integer"
    if types.is_floating(kind) or types.is_decimal(kind) or types.is_time(kind) or types.is_duration(kind):
        return "number"
    if types.is_timestamp(kind) or types.is_date(kind):
        return "date"
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "text"
    if types.is_null(kind):
        return "empty"
    return None
