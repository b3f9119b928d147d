"""Tables as streams of blocks: text files, Parquet and Arrow files behind one face."""

from __future__ import annotations

import codecs
import threading
import traceback
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from ranvier.errors import DataError, FileFormatError
from ranvier.tables.arrow import arrow_csv, ipc, pa, parquet
from ranvier.tables.csv_faults import explain, find_fault
from ranvier.tables.dialects import Dialect, delimiter_name, find_dialect
from ranvier.tables.encodings import Encoding, checked_encoding, find_encoding
from ranvier.tables.origin import Origin, origin_of
from ranvier.tables.reading import ReadingOptions

BLOCK_ROWS = 1 << 16
"""The most rows of a block of a Parquet file."""

_BLOCK_BYTES, _LARGEST_ROW = 1 << 22, 1 << 28
_LONGEST_WAIT = 10.0  # seconds, for another thread to let go of a file


class Source(Protocol):
    """A table that can be read from its beginning as often as wanted."""

    @property
    def origin(self) -> Origin:
        """Where its bytes are."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        ...

    def blocks(self) -> Iterator[Any]:
        """Yield the rows, in order, as record batches."""
        ...

    def description(self) -> str:
        """Return what is read and how, a few words."""
        ...


@dataclass(frozen=True)
class TextSource:
    """A CSV file or the like; every value of its blocks is text.

    Attributes:
        origin: Where its bytes are.
        encoding: The encoding.
        dialect: The layout.
    """

    origin: Origin
    encoding: Encoding
    dialect: Dialect

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.dialect.names

    def description(self) -> str:
        """Return what is read and how, a few words."""
        packed = f", {self.origin.compression}" if self.origin.compression else ""
        header = "" if self.dialect.header else ", no line of names"
        return f"text, {delimiter_name(self.dialect.delimiter)} between columns, {self.encoding.name}{packed}{header}"

    def blocks(self) -> Iterator[Any]:
        """Yield the rows, in order, as record batches of strings.

        Raises:
            DataError: If a row has more or fewer values than there are columns, or the like.
        """
        size = _BLOCK_BYTES
        while True:
            given = False
            try:
                for block in self._blocks(size):
                    given = given or bool(block.num_rows)
                    yield block
                return
            except (pa.ArrowInvalid, UnicodeError) as error:
                straddling = "straddling" in str(error)
                if straddling and not given and size < _LARGEST_ROW:
                    size *= 8  # a row longer than a block
                    continue
                raise explain(self, error) from error

    def _blocks(self, size: int) -> Iterator[Any]:
        with self.origin.damages(), self.origin.open() as stream:
            readable: Any = _Readable(stream, self.encoding.name)
            released = threading.Event()
            weakref.finalize(readable, released.set)
            reader: Any = None
            try:
                reader = arrow_csv.open_csv(readable, **self._options(size))
                yield from reader
                quotes = readable.quotes
            except UnicodeError as error:
                traceback.clear_frames(error.__traceback__)  # those that decoded hold the file as well
                raise
            finally:
                # Arrow reads in a thread of its own; one that still holds the file when Python ends aborts the process.
                reader = readable = None
                released.wait(_LONGEST_WAIT)
        if quotes % 2:  # the fast reader takes what follows an open quote for one value
            fault = find_fault(self)
            if fault is not None:
                raise DataError(f"In {self.origin.name!r} {fault}")

    def _options(self, size: int) -> dict[str, Any]:
        names = list(self.dialect.names)
        return {
            "read_options": arrow_csv.ReadOptions(
                block_size=size, column_names=names, skip_rows_after_names=1 if self.dialect.header else 0
            ),
            "parse_options": arrow_csv.ParseOptions(
                delimiter=self.dialect.delimiter, newlines_in_values=True
            ),
            "convert_options": arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        }


class _Readable:
    """A binary file in UTF-8, whatever the encoding beneath.

    Blank lines at the beginning are left out, and a last line without an end gets one, because a block
    that holds a single line without an end is refused by the reader.
    """

    def __init__(self, stream: Any, encoding: str) -> None:
        self._stream = stream
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        self._started = self._ended = False
        self._rest = b""
        self.quotes = 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        while (size < 0 or len(self._rest) < size) and not self._ended:
            self._rest += self._more(max(size, 1 << 16))
        end = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:end], self._rest[end:]
        return given

    def _more(self, size: int) -> bytes:
        chunk: bytes = self._stream.read(size)
        self._ended = not chunk
        if self._decoder is not None:
            chunk = self._decoder.decode(chunk, final=self._ended).encode()
        if not self._started:
            chunk = chunk.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
            self._started = bool(chunk)
        self.quotes += chunk.count(b'"')
        return chunk + b"\n" if self._ended else chunk

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True)
class ColumnarSource:
    """A Parquet or Arrow file, whose columns have types of their own.

    Attributes:
        origin: Where its bytes are.
        names: The names of the columns.
    """

    origin: Origin
    names: tuple[str, ...]

    def description(self) -> str:
        """Return what is read and how, a few words."""
        return {"parquet": "Parquet", "arrow": "Arrow", "arrow stream": "Arrow"}[self.origin.layout]

    def blocks(self) -> Iterator[Any]:
        """Yield the rows, in order, as record batches.

        Raises:
            FileFormatError: If the file is damaged.
        """
        with self.origin.damages():
            try:
                if self.origin.layout == "parquet":
                    with parquet.ParquetFile(self.origin.path) as file:
                        yield from file.iter_batches(batch_size=BLOCK_ROWS)
                elif self.origin.layout == "arrow stream":
                    with self.origin.open() as stream, ipc.open_stream(stream) as reader:
                        yield from reader
                else:
                    with (
                        self.origin.open() as stream,
                        ipc.open_file(pa.BufferReader(stream.read())) as reader,
                    ):
                        for number in range(reader.num_record_batches):
                            yield reader.get_batch(number)
            except (pa.ArrowInvalid, OSError) as error:
                raise _damaged(self.origin, error) from error


@contextmanager
def open_source(path: str, options: ReadingOptions) -> Iterator[Source]:
    """Open a table for reading.

    Args:
        path: A file, or ``-`` for standard input.
        options: What is laid down about it.

    Yields:
        The table.

    Raises:
        DataError: If there is no such file, or it has no columns.
        FileFormatError: If it is damaged or no table.
    """
    with origin_of(path) as origin:
        if origin.layout == "text":
            chosen = options.encoding
            encoding = find_encoding(origin) if chosen is None else Encoding(checked_encoding(chosen))
            yield TextSource(origin, encoding, find_dialect(origin, encoding, options))
            return
        with origin.damages():
            names = _columnar_names(origin)
        if not names:
            raise DataError(f"The file {origin.name!r} has no columns.")
        repeated = [name for name, count in Counter(names).items() if count > 1]
        if repeated:
            raise DataError(
                f"Every column needs a name of its own; in {origin.name!r} more than one is called "
                f"{', '.join(map(repr, repeated[:5]))}. Rename them."
            )
        yield ColumnarSource(origin, tuple(names))


def _columnar_names(origin: Origin) -> list[str]:
    try:
        if origin.layout == "parquet":
            return list(parquet.read_schema(origin.path).names)
        if origin.layout == "arrow stream":
            with origin.open() as stream, ipc.open_stream(stream) as reader:
                return list(reader.schema.names)
        with origin.open() as stream, ipc.open_file(pa.BufferReader(stream.read())) as reader:
            return list(reader.schema.names)
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(origin, error) from error


def _damaged(origin: Origin, error: Exception) -> FileFormatError:
    fault = str(error).splitlines()[0].rstrip(".")
    return FileFormatError(
        f"The file {origin.name!r} is damaged or not complete: {fault:.200}. Copy or make it again."
    )
