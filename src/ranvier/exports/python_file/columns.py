"""Functions that an exported Python file for a table contains: columns of any kind of values, read and converted.

Their text is copied into the file; see :mod:`ranvier.exports.python_file.helpers`.
"""

from __future__ import annotations

import csv
import datetime
import math
import re
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any
Inputs = tuple[tuple[str, str], ...]


def columns_of(rows: Any, inputs: Inputs) -> dict[str, list[Any]]:
    """Return the columns of a table: a dict of columns, a data frame, or a list of dicts, one for each row."""
    if isinstance(rows, list | tuple):
        found = {name: [plain(row.get(name)) for row in rows] for name, _ in inputs}
    else:
        lacking = [name for name, _ in inputs if name not in rows]
        if lacking:
            raise ValueError(
                f"The table must have the columns {', '.join(n for n, _ in inputs)}; it lacks {lacking}."
            )
        found = {name: [plain(value) for value in rows[name]] for name, _ in inputs}
    if len({len(column) for column in found.values()}) > 1:
        raise ValueError("All columns must have equally many rows.")
    return found


def plain(value: Any) -> Any:
    """Return a value as Python's own, None where there is none."""
    if isinstance(value, np.ndarray):
        value = value.reshape(()).item()
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[us]").item()
    if isinstance(value, np.timedelta64):
        return None if np.isnat(value) else value.astype("timedelta64[us]").item()
    return value.item() if isinstance(value, np.generic) else value


def number_column(values: list[Any]) -> Array:
    """Return numbers, NaN where there is none; texts such as "12.5" count as numbers."""
    return np.array([[number_of(value)] for value in values], np.float64).reshape(-1, 1)


def number_of(value: Any) -> float:
    """Return the number that a value stands for, or NaN."""
    if isinstance(value, str):
        known = re.match(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z", value)
        return float(value) if known else math.nan
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if value is None or isinstance(value, datetime.date):
        return seconds_of(value)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def date_column(values: list[Any]) -> Array:
    """Return dates as seconds since 1970, UTC, NaN where there is none; texts in the form of ISO 8601 are read."""
    return np.array([[seconds_of(value)] for value in values], np.float64).reshape(-1, 1)


def seconds_of(value: Any) -> float:
    """Return the seconds from 1970 to a date, or NaN."""
    if isinstance(value, str):
        form = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?\Z"
        try:
            value = datetime.datetime.fromisoformat(value) if re.match(form, value) else None
        except ValueError:
            return math.nan
    if isinstance(value, datetime.datetime):
        zoned = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
        return (zoned - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)).total_seconds()
    if isinstance(value, datetime.date):
        return (value - datetime.date(1970, 1, 1)).total_seconds()
    return math.nan if value is None else float(value)


def text_column(values: list[Any]) -> Array:
    """Return texts; what is missing becomes a text that no category has."""
    return np.array([["\0" if value is None else text_of(value)] for value in values], object).reshape(-1, 1)


def text_of(value: Any) -> str:
    """Return the text by which a category is known; a whole number is the same written as 2 or 2.0."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def text_codes(texts: Array, levels: Array, codes: Array) -> Array:
    """Return the code of each text, 0 for one that was not there in training."""
    table = dict(zip(levels.tolist(), codes.tolist(), strict=True))
    return np.array([[table.get(str(text), 0)] for text in texts.reshape(-1)], np.int64).reshape(-1, 1)


def read_columns(path: str, inputs: Inputs, reading: Any) -> dict[str, list[Any]]:
    """Read the columns from a CSV file whose first line names them."""
    with Path(path).open(newline="", encoding=reading["encoding"]) as file:
        title = file.readline()
        file.seek(0)
        separator = reading["delimiter"] or max(",;\t|", key=title.count)
        rows = list(csv.DictReader(file, delimiter=separator))
    lacking = [name for name, _ in inputs if rows and name not in rows[0]]
    if lacking:
        raise ValueError(
            f"The table must have the columns {', '.join(n for n, _ in inputs)}; it lacks {lacking}."
        )
    return {name: [read_value(row[name], name, reading) for row in rows] for name, _ in inputs}


def read_value(text: str | None, name: str, reading: Any) -> Any:
    """Return the value that a field of a column stands for, None for a missing one."""
    text = (text or "").strip()
    if text in reading["missing"]:
        return None
    kind = reading["types"].get(name)
    if kind == "boolean":
        truth = text.lower() in ("true", "yes", "t", "y", "on", "1")
        known = truth or text.lower() in ("false", "no", "f", "n", "off", "0")
        return truth if known else refused(text, name, "yes or no, true or false")
    if kind == "number" and text.lower().lstrip("+-") in ("inf", "infinity"):
        return None
    if kind == "number":
        number = number_of(text.replace(reading["thousands"] or "", "").replace(reading["decimal"], "."))
        return refused(text, name, "a number") if math.isnan(number) else number
    if kind == "date" and name in reading["dates"]:
        try:
            return datetime.datetime.strptime(text, reading["dates"][name])
        except ValueError:
            return refused(text, name, "a date")
    return text


def refused(text: str, name: str, wanted: str) -> None:
    """Say that a field holds something else than its column."""
    raise ValueError(f"The column {name!r} must hold {wanted} in every row; received: {text!r}.")
