"""The dialect of a text file: what separates its columns, and whether its first line names them."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ranvier.errors import DataError
from ranvier.tables.csv_faults import not_encoded
from ranvier.tables.encodings import Encoding
from ranvier.tables.origin import Origin
from ranvier.tables.reading import ReadingOptions

_SAMPLE = 1 << 18  # bytes of which the dialect is found
_LINES = 400
_DELIMITERS = (",", ";", "\t", "|", ":", " ")  # the likelier first
_UNLIKELY = frozenset(": ")  # taken only where every line agrees
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tabulator", "|": "vertical bar", ":": "colon", " ": "space"}


class Dialect(NamedTuple):
    """How a text file is laid out.

    Attributes:
        delimiter: What stands between two columns.
        names: The names of the columns.
        header: Whether the first line holds them.
    """

    delimiter: str
    names: tuple[str, ...]
    header: bool


def delimiter_name(delimiter: str) -> str:
    """Return what people call a delimiter."""
    return _NAMES.get(delimiter, repr(delimiter))


def find_dialect(origin: Origin, encoding: Encoding, options: ReadingOptions) -> Dialect:
    """Find the dialect of a file from its first lines, as far as the options leave it open.

    Raises:
        DataError: If nothing stands in the file, its first line looks like values, or names occur twice.
    """
    text = _beginning(origin, encoding)
    if not text.strip():
        raise DataError(f"The file {origin.name!r} holds nothing but blank lines.")
    delimiter = options.delimiter or _likeliest(text, origin)
    records = _records(text, delimiter)
    first = [cell.strip() for cell in records[0]]
    header = options.header
    if header is None:
        if looks_like_values(first, records[1:]):
            raise DataError(_headless(origin, first))
        header = True
    names = _named(first) if header else tuple(f"column_{number}" for number in range(1, len(first) + 1))
    _refuse_repeated(names, origin)
    return Dialect(delimiter, names, header)


def looks_like_values(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Tell whether a first line is a row of values rather than of names.

    It is when at least half of its cells are numbers in columns of numbers, unless these are ascending
    whole numbers, such as years or counted columns, which people do use as names.
    """
    numbers = [cell for cell in first if _NUMBER.fullmatch(cell)]
    if 2 * len(numbers) < len(first) or not numbers or not rest:
        return False
    below = [
        cell.strip() for row in rest for cell, top in zip(row, first, strict=False) if _NUMBER.fullmatch(top)
    ]
    filled = [cell for cell in below if cell]
    if sum(_NUMBER.fullmatch(cell) is not None for cell in filled) < 0.5 * len(filled):
        return False
    whole = [int(cell) for cell in numbers if cell.isdecimal()]
    ascending = all(low < high for low, high in itertools.pairwise(whole))
    return not (len(whole) == len(numbers) and len(whole) > 1 and ascending)


def _beginning(origin: Origin, encoding: Encoding) -> str:
    with origin.damages(), origin.open() as stream:
        data = stream.read(_SAMPLE)
        at_end = not stream.read(1)
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding.name == "utf-8" else encoding.name)
    try:
        text = decoder().decode(data, final=False)
    except UnicodeDecodeError as error:
        raise not_encoded(origin.name, encoding.name) from error
    text = text.lstrip("\r\n")
    # The last line of a sample is a part of one.
    return text if at_end or "\n" not in text else text[: text.rindex("\n") + 1]


def _records(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            if record:
                records.append(record)
            if len(records) >= _LINES:
                break
    except csv.Error:  # a field of more than 128 KiB: what came before has to do
        pass
    return records or [[text.split("\n", 1)[0]]]


def _likeliest(text: str, origin: Origin) -> str:
    best, best_score = None, 0.0
    for rank, delimiter in enumerate(_DELIMITERS):
        widths = Counter(len(record) for record in _records(text, delimiter))
        width, count = widths.most_common(1)[0]
        agreement = count / widths.total()
        if width < 2 or agreement < (1.0 if delimiter in _UNLIKELY else 0.5):
            continue
        likely = delimiter not in _UNLIKELY
        favoured = origin.name.lower().split(".gz")[0].endswith(".tsv") and delimiter == "\t"
        score = agreement + (1.0 if likely else 0.0) + (1.0 if favoured else 0.0) - 0.001 * rank
        score += 0.1 * min(width, 100) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best or ","


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell or f"column_{number}" for number, cell in enumerate(cells, start=1))


def _refuse_repeated(names: Sequence[str], origin: Origin) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        listed = ", ".join(repr(name) for name in repeated[:5]) + (", ..." if len(repeated) > 5 else "")
        raise DataError(
            f"Every column needs a name of its own; in {origin.name!r} more than one is called {listed}. Rename them, "
            "or, if the first line holds values and not names, add `--no-header`."
        )


def _headless(origin: Origin, first: Sequence[str]) -> str:
    shown = ", ".join(repr(cell) for cell in first[:4]) + (", ..." if len(first) > 4 else "")
    return (
        f"The first line of {origin.name!r} looks like values, not like the names of columns: {shown}. If there are no "
        f"names, add `--no-header`; the columns are then called column_1 to column_{len(first)}. If these are names, "
        "add `--header`."
    )
