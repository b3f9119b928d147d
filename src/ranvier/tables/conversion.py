"""The second pass over a table: its values as numbers, truth values, dates and text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ranvier.errors import DataError
from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column, ColumnType, Entry
from ranvier.tables.dates import ISO, ISO_ZONED, as_dates
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.remarks import quoted
from ranvier.tables.sources import Source
from ranvier.tables.survey import as_plain_text, beyond_signed, type_of
from ranvier.tables.values import (
    MARKS,
    are_numbers,
    as_integers,
    as_numbers,
    as_truth_values,
    clean,
    plain_numbers,
)

_ARROW = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.timestamp("us"),
    "text": pa.string(),
    "empty": pa.float64(),
}
_TICKS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_PHRASES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no, true or false",
    "date": "a date",
}


def converted_blocks(
    source: Source, columns: Sequence[Column], options: ReadingOptions, text: Sequence[str] = ()
) -> Iterator[Any]:
    """Yield the rows of a table with the types that its columns were found or told to have.

    Infinite values become missing ones.

    Args:
        source: The table.
        columns: The columns wanted; others are left out.
        options: How values are written.
        text: Names of columns whose values are wanted as they are written.

    Yields:
        Record batches.

    Raises:
        DataError: If a value is not what its column holds.
    """
    done = 0
    for block in source.blocks():
        arrays = [
            _converted(block.column(each.name), each, options, done, verbatim=each.name in text)
            for each in columns
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=[each.name for each in columns])
        done += block.num_rows


def _converted(values: Any, column: Column, options: ReadingOptions, done: int, *, verbatim: bool) -> Any:
    if column.foreign is not None:
        return pa.nulls(len(values), _ARROW[column.type])
    kind = type_of(pa.field(column.name, values.type))
    if kind == "text":
        texts = clean(as_plain_text(values), options)
        return texts if verbatim else _from_text(texts, column, options, done)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_time(values.type) or pa.types.is_duration(values.type):
        values = _seconds(values)
    return _from_typed(values, kind, column, done)


def _from_text(texts: Any, column: Column, options: ReadingOptions, done: int) -> Any:
    if column.type == "text":
        return texts
    if column.type == "empty":
        return pa.nulls(len(texts), _ARROW["empty"])
    if column.type == "boolean":
        found = as_truth_values(texts)
    elif column.type == "date":
        found = as_dates(texts, column.form or ISO)
        if column.form is None:  # a column of dates in the file of the training, which had no form
            found = pc.coalesce(found, as_dates(texts, ISO_ZONED))
    else:
        found = _numbers(plain_numbers(texts, options), column.type)
    _refuse_lost(texts, found, column, done)
    return _finite(found)


def _numbers(plain: Any, wanted: ColumnType) -> Any:
    """Return numbers in plain form as such, null where one is none."""
    found = as_integers(plain) if wanted == "integer" else None
    if found is None:
        found = as_numbers(plain)
    if found is None:
        found = as_numbers(pc.if_else(are_numbers(plain), plain, pa.scalar(None, pa.string())))
    return found


def _from_typed(values: Any, kind: ColumnType, column: Column, done: int) -> Any:
    if column.type == "empty":
        return pa.nulls(len(values), _ARROW["empty"])
    if column.type == "date" and kind == "date":
        zoned = pa.types.is_timestamp(values.type) and values.type.tz is not None
        moment = pc.cast(values, pa.timestamp("us", "UTC" if zoned else None), safe=False)
        return pc.cast(moment, _ARROW["date"])
    if kind == "empty":
        return pa.nulls(len(values), _ARROW[column.type])
    if column.type == "text":
        return pc.cast(values, _ARROW["text"])
    # Fractions, and whole numbers beyond those with a sign, may come where whole numbers were before.
    wide = kind == "number" or beyond_signed(values)
    wanted = _ARROW["number" if wide and column.type == "integer" else column.type]
    if kind == "date" or column.type == "date" or (column.type == "boolean" and not _zeros_and_ones(values)):
        kind_words = f"values of the type {str(values.type)!r}"
        remedy = "Give the column values of its own kind when the file is written."
        raise _refusal(column, Entry(done + 1, str(values[0])), kind_words, remedy)
    return _finite(pc.cast(values, wanted, safe=False))


def _seconds(values: Any) -> Any:
    """Return times of the day since midnight, or how long something takes, as numbers."""
    ticks = pc.cast(values, pa.int32()) if pa.types.is_time32(values.type) else pc.cast(values, pa.int64())
    return pc.divide(pc.cast(ticks, pa.float64()), _TICKS[values.type.unit])


def _zeros_and_ones(values: Any) -> bool:
    numbers = pc.cast(values, pa.float64())
    return bool(pc.all(pc.or_(pc.equal(numbers, 0), pc.equal(numbers, 1)), min_count=0).as_py())


def _finite(values: Any) -> Any:
    """Replace NaN and infinity by null."""
    if not pa.types.is_floating(values.type):
        return values
    return pc.if_else(pc.is_finite(values), values, pa.scalar(None, values.type))


def _refuse_lost(texts: Any, found: Any, column: Column, done: int) -> None:
    if found.null_count == texts.null_count:
        return
    lost = pc.and_(pc.is_valid(texts), pc.is_null(found))
    place = pc.index(lost, True).as_py()
    entry = Entry(done + place + 1, texts[place].as_py())
    raise _refusal(column, entry, "something else", _remedy(column, entry.text))


def _refusal(column: Column, entry: Entry, received: str, remedy: str) -> DataError:
    return DataError(
        f"Column {column.name!r} holds {_PHRASES[column.type]} in every row the model was trained on; received "
        f"{received} in row {entry.row:,}: {entry.text!r:.80}. {remedy}"
    )


def _remedy(column: Column, text: str) -> str:
    words, options = next((MARKS[each] for each in MARKS if re.search(each, text)), ("", ""))
    if options and column.type in ("integer", "number"):
        return f"If these are numbers with {words}, add `{options}`."
    return f"Correct it, or, if it stands for a missing value, add `--missing {quoted(text)}`."
