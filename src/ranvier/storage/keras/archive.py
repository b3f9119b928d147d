"""The zip archive that a ``.keras`` file is: what it holds is checked before any of it is read.

Nothing is ever written to the disk under a name that stands in an archive.
"""

from __future__ import annotations

import errno
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from ranvier.errors import FileFormatError
from ranvier.storage.json_text import read_json
from ranvier.storage.keras.hdf5.reader import Hdf5File, read_hdf5
from ranvier.storage.keras.hdf5.source import Source
from ranvier.storage.tensor_format import LARGEST_HEADER
from ranvier.storage.tensor_reader import damaged

SIGNATURE = b"PK\x03\x04"
"""How an archive begins."""

CONFIGURATION, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"

_LARGEST_DIRECTORY = 2**20
_MOST_MEMBERS = 10_000
_GREATEST_RATIO, _SLACK = 100, 2**16
_PIECE = 2**20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_FAULTS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(ValueError, OverflowError, LookupError),
)
"""What the reader of archives raises where one is damaged."""


class Archive:
    """An open ``.keras`` file whose list of members has been checked.

    Args:
        file: The file.
        path: Its name.
        members: What its list says of each member.
        reader: The reader of archives.
    """

    def __init__(
        self,
        file: BinaryIO,
        path: str,
        members: Mapping[str, zipfile.ZipInfo],
        reader: zipfile.ZipFile,
    ) -> None:
        self.path = path
        self._file = file
        self._members = members
        self._reader = reader

    def text(self, name: str) -> bytes:
        """Return a member that is a text.

        Raises:
            FileFormatError: If there is none of that name, or it is damaged or too large.
        """
        info = self._member(name)
        if info.file_size > LARGEST_HEADER:
            raise FileFormatError(
                f"The file {self.path!r} holds {name!r} of {info.file_size:,} bytes, where {LARGEST_HEADER:,} are "
                "allowed."
            )
        return b"".join(self._pieces(info))

    def table(self, name: str) -> dict[str, Any]:
        """Return a member that is a JSON object.

        Raises:
            FileFormatError: If there is none of that name, or it is damaged, too large or something else.
        """
        try:
            content = read_json(self.text(name))
        except FileFormatError:
            raise
        except ValueError as error:
            raise damaged(self.path, f"{name!r} cannot be read ({error!s:.200})") from error
        if not isinstance(content, dict):
            raise damaged(self.path, f"{name!r} is no table")
        return content

    @contextmanager
    def weights(self) -> Iterator[Hdf5File]:
        """Open the member that holds the weights.

        Raises:
            FileFormatError: If there is none, or it is damaged.
        """
        info = self._member(WEIGHTS)
        with ExitStack() as stack:
            if info.compress_type == zipfile.ZIP_STORED:
                # Read from where it stands, so that it is in memory once, as the weights that it becomes.
                for _ in self._pieces(info):
                    pass
                source = Source(self._file, self.path, self._beginning(info), info.file_size)
            else:
                unpacked = stack.enter_context(tempfile.TemporaryFile())
                for piece in self._pieces(info):
                    unpacked.write(piece)
                source = Source(cast("BinaryIO", unpacked), self.path, 0, info.file_size)
            yield read_hdf5(source)

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            npz = "; weights in the form of NumPy archives are not supported" if name == WEIGHTS else ""
            raise FileFormatError(
                f"The file {self.path!r} is a zip archive without {name!r}, so it is no model of Keras{npz}."
            )
        return self._members[name]

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Read a member a piece at a time; its checksum is compared at the end."""
        count = 0
        try:
            with self._reader.open(info) as member:
                while piece := member.read(_PIECE):
                    count += len(piece)
                    if count > info.file_size:
                        raise damaged(self.path, f"{info.filename!r:.100} is longer than it says")
                    yield piece
        except FileFormatError:
            raise
        except _FAULTS as error:
            raise damaged(self.path, f"{info.filename!r:.100} cannot be read ({error!s:.200})") from error
        if count != info.file_size:
            raise damaged(self.path, f"{info.filename!r:.100} is shorter than it says")

    def _beginning(self, info: zipfile.ZipInfo) -> int:
        self._file.seek(info.header_offset)
        head = self._file.read(30)
        beginning = info.header_offset + 30
        return beginning + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")


@contextmanager
def open_archive(path: str | os.PathLike[str]) -> Iterator[Archive]:
    """Open a ``.keras`` file and check the list of its members.

    Args:
        path: The file.

    Raises:
        FileFormatError: If it is no archive, or one that was made to do harm.
        OSError: If the system cannot read it.
    """
    name = os.fspath(path)
    with Path(name).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            reader = zipfile.ZipFile(cast("IO[bytes]", _Cautious(file, name)))
        except FileFormatError:
            raise
        except (*_FAULTS, OSError) as error:
            # Where the list would lie outside of the file, the system refuses to go there.
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            raise damaged(name, f"its list of members cannot be read ({error!s:.200})") from error
        with reader:
            yield Archive(file, name, _checked_members(name, size, reader.infolist()), reader)


class _Cautious:
    """A file that does not read a directory of any length into memory, as the reader of archives would."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file = file
        self._path = path

    def read(self, length: int = -1) -> bytes:
        """Read some bytes, not all of a large file."""
        content = self._file.read(
            _LARGEST_DIRECTORY + 1 if length < 0 else min(length, _LARGEST_DIRECTORY + 1)
        )
        if len(content) > _LARGEST_DIRECTORY:
            raise damaged(self._path, f"its list of members takes more than {_LARGEST_DIRECTORY:,} bytes")
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _checked_members(path: str, size: int, listed: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    if len(listed) > _MOST_MEMBERS:
        raise _refused(path, f"{len(listed):,} members")
    for info in listed:
        name = info.orig_filename
        if _leads_elsewhere(name):
            raise _refused(path, f"a member named {name!r:.100}, which leads out of the archive")
        if name in members:
            raise _refused(path, f"two members named {name!r:.100}")
        if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
            raise _refused(
                path, f"a member {name!r:.100} that is encrypted or compressed in an unusual manner"
            )
        if not 0 <= info.header_offset < size:
            raise damaged(path, f"the member {name!r:.100} lies outside of it")
        honest = info.compress_size <= size and info.file_size <= _most(info)
        if not honest:
            raise _refused(
                path,
                f"a member {name!r:.100} that would grow from {info.compress_size:,} to {info.file_size:,} bytes",
            )
        members[name] = info
    if sum(info.compress_size for info in listed) > size:
        raise _refused(path, "members that overlap")
    return members


def _most(info: zipfile.ZipInfo) -> int:
    if info.compress_type == zipfile.ZIP_STORED:
        return info.compress_size
    return _GREATEST_RATIO * info.compress_size + _SLACK


def _leads_elsewhere(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return (
        not name
        or any(character in name for character in "\0\\:")
        or any(part in ("", ".", "..") for part in parts)
    )


def _refused(path: str, what: str) -> FileFormatError:
    return FileFormatError(
        f"The archive {path!r} was refused: it has {what}. No program writes such a file of a model; it is damaged, or "
        "made to do harm."
    )
