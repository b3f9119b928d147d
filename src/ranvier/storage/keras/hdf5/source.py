"""Bytes of a file, read within bounds, a limited number of times."""

from __future__ import annotations

from typing import Any, BinaryIO

from ranvier.errors import FileFormatError, UnsupportedFileError
from ranvier.storage.tensor_reader import damaged

UNDEFINED = 2**64 - 1
"""The address of what is not there."""

_LARGEST_STRUCTURE = 4 * 2**20
_STEPS_PER_BYTE = 1 / 16
_STEPS = 10_000
_BYTES_PER_PIECE = 256


class Source:
    """A part of a file that is one HDF5 file.

    Args:
        file: The open file.
        path: Its name, for messages.
        start: Where the part begins.
        size: Its length in bytes.
    """

    def __init__(self, file: BinaryIO, path: str, start: int, size: int) -> None:
        self.file = file
        self.path = path
        self.start = start
        self.size = size
        # No honest structure is visited more often than it has bytes, whatever circles a file describes.
        self._steps = _STEPS + int(size * _STEPS_PER_BYTE)
        self._pieces = _STEPS + size // _BYTES_PER_PIECE

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes of a structure of the format.

        Raises:
            FileFormatError: If they lie outside of the part, or more is asked for than any structure has.
        """
        self._steps -= 1
        if self._steps < 0:
            raise self.damaged("its structures go round in circles")
        if length > _LARGEST_STRUCTURE:
            raise self.damaged(f"one of its structures would have {length:,} bytes")
        self.require(offset, length)
        self.file.seek(self.start + offset)
        content = self.file.read(length)
        if len(content) != length:
            raise self.damaged("it ends early")
        return content

    def content(self, offset: int, length: int) -> bytes:
        """Return the bytes of a piece of an array, however many these are."""
        self.require(offset, length)
        self.file.seek(self.start + offset)
        found = self.file.read(length)
        if len(found) != length:
            raise self.damaged("it ends within an array")
        return found

    def read_into(self, offset: int, buffer: memoryview) -> None:
        """Fill a buffer with the bytes of an array."""
        self.require(offset, buffer.nbytes)
        self.file.seek(self.start + offset)
        reading: Any = self.file
        if reading.readinto(buffer) != buffer.nbytes:
            raise self.damaged("it ends within an array")

    def count_pieces(self, count: int) -> None:
        """Count the pieces into which an array is cut.

        Raises:
            FileFormatError: If there are more in all than anyone would cut a file of this size into.
        """
        self._pieces -= count
        if self._pieces < 0:
            raise self.damaged(f"an array is cut into {count:,} pieces, which are too many for the file")

    def require(self, offset: int, length: int) -> None:
        """Refuse a range outside of the part."""
        if not (0 <= offset <= self.size and 0 <= length <= self.size - offset):
            raise self.damaged(f"{length:,} bytes at {offset:,} lie outside of its {self.size:,}")

    def damaged(self, why: str) -> FileFormatError:
        """Build the error for a file that cannot be trusted any more."""
        return damaged(self.path, f"its HDF5 content cannot be read: {why}")

    def unsupported(self, what: str) -> UnsupportedFileError:
        """Build the error for what other programs may write and this reader does not know."""
        return UnsupportedFileError(
            f"The file {self.path!r} cannot be read: its HDF5 content has {what}, which Keras does not write. Load it "
            "with the program that wrote it and save it with Keras, or copy it with h5py in its plain form: "
            "`h5py.File(..., 'w', libver='earliest')`, arrays without `compression` or with 'gzip'."
        )

    def refused(self, what: str) -> FileFormatError:
        """Build the error for what the format allows and files of models never hold."""
        return FileFormatError(
            f"The file {self.path!r} was refused: its HDF5 content has {what}, which no file of a model needs and "
            "which can be used to do harm."
        )


class Cursor:
    """A position in bytes that have been read.

    Args:
        source: Where they come from, for messages.
        content: The bytes.
    """

    def __init__(self, source: Source, content: bytes) -> None:
        self.source = source
        self.content = content
        self.position = 0

    @property
    def remaining(self) -> int:
        """The number of bytes that are left."""
        return len(self.content) - self.position

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        if not 0 <= length <= self.remaining:
            raise self.source.damaged("a structure ends early")
        self.position += length
        return self.content[self.position - length : self.position]

    def number(self, length: int) -> int:
        """Return the next bytes as a number."""
        return int.from_bytes(self.take(length), "little")

    def expect(self, signature: bytes) -> None:
        """Refuse anything but these bytes."""
        if self.take(len(signature)) != signature:
            raise self.source.damaged(f"the mark {signature.decode()!r} is missing")

    def align(self, start: int = 0) -> None:
        """Go on at a multiple of eight from ``start``."""
        self.take(min(-(self.position - start) % 8, self.remaining))
