"""What is wrong with a text file that could not be parsed: the line, in a sentence."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ranvier.errors import DataError

if TYPE_CHECKING:
    from ranvier.tables.sources import TextSource

_LONGEST_FIELD = 1 << 28
_SHOWN = 60
_FEW_LINES = 10
_END = "\x02end of the file\x03"


def explain(source: TextSource, error: Exception) -> DataError:
    """Read a file again, slowly, to say where it breaks the rules.

    Args:
        source: The file.
        error: What the fast reader said.

    Returns:
        The error, to be raised by the caller.
    """
    if isinstance(error, UnicodeError) or "invalid UTF8" in str(error):
        return not_encoded(source.origin.name, source.encoding.name)
    fault = find_fault(source)
    if fault is None:
        fault = f"it cannot be parsed: {str(error).splitlines()[0]:.200}"
    return DataError(f"In {source.origin.name!r} {fault}")


def not_encoded(name: str, encoding: str) -> DataError:
    """Build the error for a file whose bytes are no text in an encoding."""
    return DataError(
        f"The file {name!r} is not encoded in {encoding}. Leave `--encoding` out to have it found, or give another."
    )


def find_fault(source: TextSource) -> str | None:
    """Return the first fault of a text file as a clause with its remedy; None if there is none."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        with (
            source.origin.damages(),
            source.origin.open() as stream,
            io.TextIOWrapper(stream, _encoding(source), "replace", "") as text,
        ):
            return _first_fault(source, _lines(text))
    finally:
        csv.field_size_limit(before)


def _encoding(source: TextSource) -> str:
    name = source.encoding.name
    return "utf-8-sig" if codecs.lookup(name).name == "utf-8" else name


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    last = ""
    for line in stream:
        last = line.replace("\x00", "")  # older Pythons refuse them
        yield last
    yield _END if last.endswith("\n") else f"\n{_END}"


def _first_fault(source: TextSource, lines: Iterator[str]) -> str | None:
    width = len(source.names)
    reader = csv.reader(lines, delimiter=source.dialect.delimiter)
    begin, record = 1, [""]
    for record in reader:
        blank = len(record) <= 1 and not "".join(record).strip()
        if record == [_END] or (record[-1:] and record[-1].endswith(_END)):
            break
        if len(record) != width and not blank:
            return _ragged(source, record, begin, reader.line_num)
        begin = reader.line_num + 1
    if record != [_END]:
        return (
            f"the quotation mark that opens in line {begin:,} is never closed, so all that follows would be one value. "
            "Close it, or double it where it belongs to the value."
        )
    return None


def _ragged(source: TextSource, record: list[str], begin: int, end: int) -> str:
    width = len(source.names)
    lines = f"line {begin:,}" if begin == end else f"lines {begin:,} to {end:,}"
    text = source.dialect.delimiter.join(record).replace("\n", " ")
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
    verb = "has" if begin == end else "have"
    clause = f"{lines} {verb} {len(record):,} values where {width:,} were expected: {shown!r}."
    if begin <= _FEW_LINES and len(record) > width:
        return f"{clause} If lines stand in front of the one with the names of the columns, take them away."
    return f"{clause} Correct the line; a value that contains the delimiter stands between quotation marks."
