"""Where the bytes of a table come from: a file, compressed or not, or standard input."""

from __future__ import annotations

import bz2
import contextlib
import difflib
import gzip
import io
import lzma
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, cast

from ranvier.errors import DataError, FileFormatError
from ranvier.tables.arrow import pa

STANDARD = "-"
"""What stands for standard input and output on the command line."""

Layout = Literal["text", "parquet", "arrow", "arrow stream"]

_COMPRESSIONS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bz2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
_BY_NAME = {".br": "brotli"}  # the only one of these that has no signature
_LAYOUTS: tuple[tuple[bytes, Layout], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow stream"),
)
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV"),
    (b"\x89HDF\r\n", "an HDF5 file", "Write the table as CSV or Parquet"),
    (b"%PDF-", "a PDF document", "A table as CSV or Parquet is needed"),
    (b"\x89PNG", "a picture", "A table as CSV or Parquet is needed"),
)
_HEAD = 64
_DAMAGES = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)


@dataclass(frozen=True)
class Origin:
    """The bytes of a table.

    Attributes:
        path: The file that holds them.
        name: What people call it: the path as it was given, or ``standard input``.
        layout: What they are, once unpacked.
        compression: How they are packed; None where they are not.
    """

    path: Path
    name: str
    layout: Layout
    compression: str | None

    def open(self) -> Any:
        """Return the unpacked bytes as a binary file, from the beginning.

        Raises:
            DataError: If the system refuses.
        """
        try:
            return _unpacked(self.path, self.compression)
        except OSError as error:
            raise _refused(self.name, error) from error

    @contextmanager
    def damages(self) -> Iterator[None]:
        """Turn the faults of unpacking into a sentence."""
        try:
            yield
        except _DAMAGES as error:
            raise self._damaged(str(error)) from error
        except OSError as error:
            if self.compression is None:
                raise
            raise self._damaged(str(error)) from error

    def _damaged(self, fault: str) -> FileFormatError:
        return FileFormatError(
            f"The file {self.name!r} cannot be unpacked ({self.compression}): it is damaged or ends too early "
            f"({fault.rstrip('.').lower():.100}). Copy or download it again."
        )


@contextmanager
def origin_of(path: str) -> Iterator[Origin]:
    """Find out where and what the bytes of a table are.

    What comes through a pipe, and a compressed Parquet file, is put into a temporary file first, because
    it is read more than once.

    Args:
        path: A file, or ``-`` for standard input.

    Yields:
        The origin; temporary files are gone afterwards.

    Raises:
        DataError: If the file does not exist, is empty, or is none that can be read.
        FileFormatError: If it is something other than a table.
    """
    with contextlib.ExitStack() as stack:
        name = "standard input" if path == STANDARD else path
        file = Path(path)
        if path == STANDARD:
            file = _spooled(sys.stdin.buffer, stack)
        elif file.is_dir():
            raise DataError(f"A file was expected; received: {path!r}, which is a folder.")
        elif not file.is_file():
            if not file.exists():
                raise DataError(_no_such_file(file))
            with _opened(file, name) as stream:  # a named pipe, such as the shell's <(...)
                file = _spooled(stream, stack)
        compression = _BY_NAME.get(file.suffix.lower()) or _signature(_head(file, name), _COMPRESSIONS)
        found = Origin(file, name, "text", compression)
        with found.damages(), found.open() as stream:
            head = stream.read(_HEAD)
        _refuse_foreign(head, name)
        layout = _signature(head, _LAYOUTS) or "text"
        if layout == "parquet" and compression is not None:
            with found.damages(), found.open() as stream:
                file, compression = _spooled(stream, stack), None
        yield Origin(file, name, cast(Layout, layout), compression)


def _unpacked(path: Path, compression: str | None) -> Any:
    if compression is None:
        return path.open("rb")
    if compression == "gzip":
        return gzip.open(path, "rb")
    if compression == "bz2":
        return bz2.open(path, "rb")
    if compression == "xz":
        return lzma.open(path, "rb")
    return pa.CompressedInputStream(pa.OSFile(str(path), "rb"), compression)


def _head(file: Path, name: str) -> bytes:
    with _opened(file, name) as stream:
        head = stream.read(_HEAD)
    if not head:
        raise DataError(f"The file {name!r} is empty.")
    return head


def _opened(file: Path, name: str) -> IO[bytes]:
    try:
        return file.open("rb")
    except OSError as error:
        raise _refused(name, error) from error


def _spooled(stream: Any, stack: contextlib.ExitStack) -> Path:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ranvier-")))
    file = folder / "table"
    with file.open("wb") as copy:
        shutil.copyfileobj(stream, copy, io.DEFAULT_BUFFER_SIZE * 16)
    return file


def _signature(head: bytes, table: tuple[tuple[bytes, Any], ...]) -> Any:
    return next((name for signature, name in table if head.startswith(signature)), None)


def _refuse_foreign(head: bytes, name: str) -> None:
    for signature, what, remedy in _FOREIGN:
        if head.startswith(signature):
            raise FileFormatError(
                f"A table as CSV, TSV, Parquet or Arrow is expected; {name!r} is {what}. {remedy}."
            )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise FileFormatError(
            f"A table as CSV, TSV, Parquet or Arrow is expected; {name!r} is a web page or XML. If it was downloaded, "
            "fetch the file itself and not the page that shows it."
        )
    if start.startswith((b'{"', b"[{", b"{\r", b"{\n", b"[\n")):
        raise FileFormatError(
            f"A table as CSV, TSV, Parquet or Arrow is expected; {name!r} is JSON. Write it as one of those."
        )


def _refused(name: str, error: OSError) -> DataError:
    return DataError(f"The file {name!r} cannot be read: {(error.strerror or str(error)).lower()}.")


def _no_such_file(file: Path) -> str:
    folder = file.parent
    names = [each.name for each in folder.iterdir() if each.is_file()] if folder.is_dir() else []
    close = difflib.get_close_matches(file.name, names, n=1)
    hint = (
        f" Did you mean {str(folder / close[0])!r}?"
        if close
        else " Give the path of a CSV, TSV, Parquet or Arrow file."
    )
    return f"There is no file {str(file)!r}.{hint}"
