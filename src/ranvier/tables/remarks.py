"""What there is to say of the columns of a table, sentence by sentence."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from ranvier.tables.columns import Column
from ranvier.tables.values import MARKS

_SHARE = 0.5  # of numbers in a column of text, from which on numbers were probably meant
_LONGEST = 40


def remarks_on(columns: Sequence[Column]) -> Iterator[str]:
    """Yield what a reader should know of how values were taken."""
    for column in columns:
        yield from _of(column)


def _of(column: Column) -> Iterator[str]:
    name = repr(column.name)
    if column.infinite is not None:
        yield (
            f"{name} is infinite, first in row {column.infinite.row:,} ({column.infinite.text}); infinite values count "
            "as missing."
        )
    if column.ambiguous:
        first, second = ("day", "month") if (column.form or "").startswith("%d") else ("month", "day")
        yield f"{name} could be {first} or {second} first; {first} first is taken."
    if column.type == "text" and column.odd_date is not None:
        odd = column.odd_date
        yield (
            f"{name} looks like dates, but {odd.text!r:.40} in row {odd.row:,} has another form than most, or is no "
            "day; it is taken as text. Write all of them in one form, such as 2026-01-31."
        )
        return
    if column.type != "text" or column.first_other is None:
        return
    given = column.rows - column.missing
    others = given - column.numbers
    if (
        column.codes is not None
        and column.numbers + others >= given
        and column.codes.text == column.first_other.text
    ):
        yield (
            f"{name} holds digits that read as a name, first {column.codes.text!r:.40} in row {column.codes.row:,}; it "
            "is taken as text."
        )
    elif column.marks is not None:
        words, remedy = MARKS[column.marks]
        read = f" `{remedy}` reads them as numbers." if remedy else ""
        yield f"{name} looks like numbers with {words} ({column.first_other.text!r:.40}) and is taken as text.{read}"
    elif column.numbers > _SHARE * given:
        yield (
            f"{name} holds numbers in {column.numbers:,} of {given:,} rows and something else in {others:,}, first "
            f"{column.first_other.text!r:.60} in row {column.first_other.row:,}; it is taken as text. If that stands "
            f"for a missing value, add `{_flags(column.first_other.text, column.markers)}`."
        )


def _flags(text: str, markers: Iterable[str]) -> str:
    """Return the options that make a text stand for a missing value, and leave those that do already."""
    return " ".join(f"--missing {quoted(each)}" for each in (text, *filter(None, markers)))


def quoted(text: str) -> str:
    """Return text as a shell needs it, not too long."""
    return shlex.quote(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")
