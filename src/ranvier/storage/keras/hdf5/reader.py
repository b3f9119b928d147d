"""An HDF5 file as arrays by path and attributes by group, checked as a whole before any array is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ranvier.storage.keras.hdf5 import headers
from ranvier.storage.keras.hdf5.attributes import Attribute, read_attributes
from ranvier.storage.keras.hdf5.chunks import Chunks, read_chunks
from ranvier.storage.keras.hdf5.filters import read_filters
from ranvier.storage.keras.hdf5.groups import read_members
from ranvier.storage.keras.hdf5.headers import Message, read_messages
from ranvier.storage.keras.hdf5.source import UNDEFINED, Cursor, Source
from ranvier.storage.keras.hdf5.types import ElementType, read_dataspace, read_datatype
from ranvier.storage.tensor_format import Entry

SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""How every HDF5 file begins."""

_DEEPEST_GROUP = 64
_MOST_OBJECTS = 200_000
_CONTIGUOUS, _CHUNKED = 1, 2
_GREATEST_RATIO, _SLACK = 100, 2**20


@dataclass
class Hdf5File:
    """The content of an HDF5 file.

    Attributes:
        source: The bytes.
        entries: The arrays by path: dtype, shape, where their bytes are.
        attributes: The attributes of groups and arrays by path; those of the file itself under ``""``.
        groups: The paths of the groups with the names of their members.
        chunks: Where the pieces are of those arrays that are kept in pieces.
    """

    source: Source
    entries: dict[str, Entry] = field(default_factory=dict)
    attributes: dict[str, Mapping[str, Attribute]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    chunks: dict[str, Chunks] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The name of the file."""
        return self.source.path

    def array(self, path: str) -> np.ndarray[Any, Any]:
        """Read an array; the caller has looked at its shape."""
        entry = self.entries[path]
        array = np.empty(entry.shape, entry.dtype)
        if path in self.chunks:
            self.chunks[path].read_into(self.source, array)
        elif array.size:
            self.source.read_into(entry.start, array.reshape(-1).view(np.uint8).data)
        if entry.dtype == np.bool_ and array.size and array.reshape(-1).view(np.uint8).max() > 1:
            raise self.source.damaged(f"the array {path!r:.100} holds neither true nor false")
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def read_hdf5(source: Source) -> Hdf5File:
    """Read everything about a file but its arrays.

    Args:
        source: The bytes of the file.

    Raises:
        FileFormatError: If it is damaged, refers to anything outside of itself, or declares arrays for which
            it holds no bytes.
    """
    found = Hdf5File(source)
    addresses: set[int] = set()
    remaining = [("", _root(source), 0)]
    while remaining:
        path, address, depth = remaining.pop()
        # An object under two names could hold itself, or be counted many times.
        if address in addresses:
            raise source.refused("one object under several names")
        addresses.add(address)
        if depth > _DEEPEST_GROUP or len(addresses) > _MOST_OBJECTS:
            raise source.damaged("it has too many groups, or groups that are nested too deeply")
        messages = read_messages(source, address)
        attributes = read_attributes(source, messages)
        if attributes:
            found.attributes[path] = attributes
        members = read_members(source, messages)
        if members is None:
            found.entries[path], chunks = _array_entry(source, path, messages, attributes)
            if chunks is not None:
                found.chunks[path] = chunks
        else:
            found.groups[path] = list(members)
            remaining += [
                (f"{path}/{name}" if path else name, place, depth + 1) for name, place in members.items()
            ]
    _refuse_overlaps(found)
    _refuse_growth(found)
    return found


def _root(source: Source) -> int:
    cursor = Cursor(source, source.read(0, min(source.size, 96)))
    if cursor.take(8) != SIGNATURE:
        raise source.damaged("it does not begin as one")
    version = cursor.number(1)
    if version in (0, 1):
        cursor.take(4)
        sizes = (cursor.number(1), cursor.number(1))
        cursor.take(9 if version == 0 else 13)
        base = cursor.number(8)
        cursor.take(24 + 8)
    elif version in (2, 3):
        sizes = (cursor.number(1), cursor.number(1))
        cursor.take(1)
        base = cursor.number(8)
        cursor.take(16)
    else:
        raise source.damaged(f"it has the version {version}, which is newer than Keras writes")
    if sizes != (8, 8) or base != 0:
        raise source.damaged("it is addressed in another manner than Keras writes")
    return cursor.number(8)


def _array_entry(
    source: Source, path: str, messages: list[Message], attributes: Mapping[str, Attribute]
) -> tuple[Entry, Chunks | None]:
    by_kind: dict[int, Message] = {}
    for message in messages:
        by_kind.setdefault(message.kind, message)
    if headers.EXTERNAL in by_kind:
        raise source.refused("arrays whose bytes stand in other files")
    if not {headers.DATASPACE, headers.DATATYPE, headers.LAYOUT} <= set(by_kind):
        raise source.damaged(f"{path!r:.100} is neither a group nor an array")
    if any(by_kind[kind].shared for kind in (headers.DATASPACE, headers.DATATYPE, headers.LAYOUT)):
        raise source.damaged(f"the array {path!r:.100} shares its description with others")
    kind = read_datatype(source, by_kind[headers.DATATYPE].content)
    if kind.text or kind.elsewhere or (kind.opaque and attributes.get("dtype") != "bfloat16"):
        raise source.damaged(f"the array {path!r:.100} holds no numbers")
    shape = read_dataspace(source, by_kind[headers.DATASPACE].content)
    layout = by_kind[headers.LAYOUT].content
    cursor = Cursor(source, layout)
    version, manner = cursor.number(1), cursor.number(1)
    if version not in (3, 4, 5):
        raise source.damaged(f"the array {path!r:.100} is kept in a manner that Keras does not write")
    if manner == _CHUNKED:
        filters = by_kind.get(headers.FILTERS)
        if filters is not None and filters.shared:
            raise source.damaged(f"the array {path!r:.100} shares its description with others")
        return _in_pieces(source, path, kind, shape, layout, filters)
    if headers.FILTERS in by_kind:
        raise source.damaged(f"the array {path!r:.100} is compressed as a whole, which no program does")
    return _placed(source, path, kind, shape, layout), None


def _in_pieces(
    source: Source,
    path: str,
    kind: ElementType,
    shape: tuple[int, ...],
    layout: bytes,
    filters: Message | None,
) -> tuple[Entry, Chunks | None]:
    if 0 in shape:
        return Entry(kind.dtype, shape, 0, 0), None
    steps = () if filters is None else read_filters(source, path, filters.content)
    declared = np.broadcast_to(np.zeros((), kind.dtype), shape)
    return Entry(kind.dtype, shape, 0, 0), read_chunks(source, path, layout, declared, steps)


def _placed(source: Source, path: str, kind: ElementType, shape: tuple[int, ...], layout: bytes) -> Entry:
    cursor = Cursor(source, layout)
    cursor.take(1)
    manner = cursor.number(1)
    if manner == 3:
        raise source.refused("arrays made of parts of other arrays")
    if manner != _CONTIGUOUS:
        raise source.damaged(f"the array {path!r:.100} is kept in a header, which Keras does not do")
    start, length = cursor.number(8), cursor.number(8)
    entry = Entry(kind.dtype, shape, start, start + length)
    wanted = entry.size * kind.dtype.itemsize
    if wanted == 0:
        return Entry(kind.dtype, shape, 0, 0)
    if start == UNDEFINED:
        raise source.damaged(f"the array {path!r:.100} of shape {shape} has no bytes")
    if length != wanted:
        raise source.damaged(
            f"the array {path!r:.100} of shape {shape} would take {wanted:,} bytes and has {length:,}"
        )
    source.require(start, length)
    return entry


def _refuse_overlaps(file: Hdf5File) -> None:
    """Refuse arrays that share bytes: a short file could fill any amount of memory."""
    whole = [
        (entry.start, entry.stop)
        for path, entry in file.entries.items()
        if entry.size and path not in file.chunks
    ]
    pieces = [
        (each.start, each.start + each.size) for chunks in file.chunks.values() for each in chunks.places
    ]
    end = 0
    for start, stop in sorted(whole + pieces):
        if start < end:
            raise file.source.damaged("its arrays overlap")
        end = stop


def _refuse_growth(file: Hdf5File) -> None:
    """Refuse arrays that together would be far larger than what they are read from."""
    grown = sum(
        entry.size * entry.dtype.itemsize for path, entry in file.entries.items() if path in file.chunks
    )
    stored = sum(each.size for chunks in file.chunks.values() for each in chunks.places)
    if grown > _GREATEST_RATIO * stored + _SLACK:
        raise file.source.refused(f"compressed arrays that would grow from {stored:,} to {grown:,} bytes")
