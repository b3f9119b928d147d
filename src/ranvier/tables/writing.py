"""Tables written row by row, as CSV or Parquet, to a file or to standard output."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol

from ranvier.errors import ConfigurationError, FileWriteError
from ranvier.storage.atomic import replacing
from ranvier.tables.arrow import arrow_csv, pa, parquet, pc
from ranvier.tables.origin import STANDARD

_DELIMITERS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_PARQUET = (".parquet", ".pq")
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2", ".lz4": "lz4", ".br": "brotli"}


class Writer(Protocol):
    """Something that takes rows."""

    def write(self, rows: Any) -> None:
        """Write an Arrow table; the first one tells the columns."""
        ...


class _Open:
    """A file that stays open when what compresses into it is closed: it has to be put onto the disk yet."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write
        self.flush = file.flush

    def close(self) -> None:
        self.flush()


class _TextRows:
    """Writes rows as text, with quotation marks only where they are needed."""

    def __init__(self, sink: Any, delimiter: str) -> None:
        self._sink = sink
        self._delimiter = delimiter
        self._special = rf"[\"\r\n{re.escape(delimiter)}]"
        self._begun = False

    def write(self, rows: Any) -> None:
        if not self._begun:
            line = io.StringIO()
            csv.writer(line, delimiter=self._delimiter, lineterminator="\n").writerow(rows.column_names)
            self._sink.write(line.getvalue().encode())
            self._begun = True
        # Arrow quotes every text or none of a block.
        style = "needed" if self._holds_special(rows) else "none"
        options = arrow_csv.WriteOptions(include_header=False, delimiter=self._delimiter, quoting_style=style)
        arrow_csv.write_csv(rows, self._sink, options)

    def _holds_special(self, rows: Any) -> bool:
        texts = [column for column in rows.columns if pa.types.is_string(column.type)]
        return any(pc.any(pc.match_substring_regex(column, self._special)).as_py() for column in texts)

    def close(self) -> None:
        self._sink.flush()


class _ParquetRows:
    """Writes rows as Parquet."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._writer: Any = None

    def write(self, rows: Any) -> None:
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self._sink, rows.schema)
        self._writer.write_table(rows)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def check_output(path: str) -> None:
    """Refuse a file whose ending says nothing, before anything is computed for it.

    Raises:
        ConfigurationError: If it does.
    """
    _form(path)


@contextmanager
def table_writer(path: str) -> Iterator[Writer]:
    """Open a table for writing; a file takes its place once it is complete.

    Args:
        path: A file, whose endings say how it is written: ``.csv``, ``.tsv`` or ``.parquet``, behind the first two
            also ``.gz``, ``.zst``, ``.bz2``; or ``-`` for CSV on standard output.

    Yields:
        What takes the rows.

    Raises:
        ConfigurationError: If the ending says nothing.
        FileWriteError: If the disk is full, or the like.
    """
    delimiter, compression = _form(path)
    if path == STANDARD:
        if sys.stdout is None:
            raise FileWriteError(None, "Standard output is closed, so nothing can be written there.")
        rows: _TextRows | _ParquetRows = _TextRows(sys.stdout.buffer, ",")
        yield rows
        rows.close()
        return
    with replacing(path) as file:
        if compression is None:
            rows = _ParquetRows(file) if delimiter is None else _TextRows(file, delimiter)
            yield rows
            rows.close()
            return
        with pa.CompressedOutputStream(pa.PythonFile(_Open(file), "w"), compression) as sink:
            rows = _TextRows(sink, delimiter or ",")
            yield rows
            rows.close()


def _form(path: str) -> tuple[str | None, str | None]:
    """Return the delimiter, None for Parquet, and the compression, None for none."""
    if path == STANDARD:
        return ",", None
    endings = [ending.lower() for ending in PurePath(path).suffixes]
    compression = _COMPRESSIONS.get(endings[-1]) if endings else None
    ending = endings[-2] if compression and len(endings) > 1 else endings[-1] if endings else ""
    if ending in _DELIMITERS:
        return _DELIMITERS[ending], compression
    if ending in _PARQUET and compression is None:
        return None, None
    raise ConfigurationError(
        "The ending of a file says how a table is written to it: .csv, .tsv, .parquet, also .csv.gz or .csv.zst; "
        f"received: {path!r}. `-` writes CSV to standard output."
    )
