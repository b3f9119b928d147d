"""What the pieces of an HDF5 array went through before they were written, and the way back."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from ranvier.storage.keras.hdf5.source import Cursor, Source

DEFLATE, SHUFFLE, CHECKSUM = 1, 2, 3
_NAMES = {DEFLATE: "deflate", SHUFFLE: "shuffle", CHECKSUM: "fletcher32", 4: "szip", 32000: "lzf"}
_FIRST_NAMED = 256
_CHECKSUM_BYTES = 4
_WORDS = 2**16
_MODULUS = 65535


@dataclass(frozen=True)
class Filter:
    """One step.

    Attributes:
        kind: Its number.
        settings: What it was given.
    """

    kind: int
    settings: tuple[int, ...] = ()


def read_filters(source: Source, path: str, content: bytes) -> tuple[Filter, ...]:
    """Read the steps in the order in which they were taken.

    Args:
        source: The file.
        path: The array, for messages.
        content: The message of the header.

    Raises:
        FileFormatError: If one of them is unknown here, or taken twice.
    """
    cursor = Cursor(source, content)
    version, count = cursor.number(1), cursor.number(1)
    if version not in (1, 2):
        raise source.damaged(f"the filters of {path!r:.100} make no sense")
    if version == 1:
        cursor.take(6)
    found: list[Filter] = []
    for _ in range(count):
        kind = cursor.number(2)
        named = version == 1 or kind >= _FIRST_NAMED
        length = cursor.number(2) if named else 0
        cursor.take(2)
        settings = cursor.number(2)
        cursor.take(length + (-length % 8 if version == 1 else 0))
        values = tuple(cursor.number(4) for _ in range(settings))
        if version == 1 and settings % 2:
            cursor.take(4)
        if kind not in (DEFLATE, SHUFFLE, CHECKSUM):
            name = _NAMES.get(kind, str(kind))
            raise source.unsupported(f"an array, {path!r:.100}, that is compressed by the filter {name!r}")
        # Each is of use once; a row of them could grow at every step.
        if any(each.kind == kind for each in found):
            raise source.damaged(f"the array {path!r:.100} went through the filter {_NAMES[kind]!r} twice")
        found.append(Filter(kind, values))
    return tuple(found)


def unfiltered(source: Source, filters: tuple[Filter, ...], mask: int, content: bytes, size: int) -> bytes:
    """Take the steps back.

    Args:
        source: The file.
        filters: The steps.
        mask: A bit for each step that was left out.
        content: What was written.
        size: The number of bytes before all steps.

    Raises:
        FileFormatError: If the result has another size, or a checksum is wrong.
    """
    most = size + _CHECKSUM_BYTES
    for number, step in reversed(list(enumerate(filters))):
        if mask >> number & 1:
            continue
        if step.kind == CHECKSUM:
            content = _checked(source, content)
        elif step.kind == DEFLATE:
            content = _inflated(source, content, most)
        else:
            content = _unshuffled(content, step.settings[0] if step.settings else 1)
    if len(content) != size:
        raise source.damaged(f"a piece of an array has {len(content):,} bytes, where {size:,} are due")
    return content


def _inflated(source: Source, content: bytes, most: int) -> bytes:
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(content, most + 1)
    except zlib.error as error:
        raise source.damaged(f"a compressed piece of an array cannot be read ({error!s:.100})") from error
    if len(found) > most or not reader.eof:
        raise source.damaged("a compressed piece of an array is longer than the array, or cut off")
    return found


def _unshuffled(content: bytes, width: int) -> bytes:
    if width < 2 or width > len(content):
        return content
    whole = len(content) // width * width
    rows = np.frombuffer(content[:whole], np.uint8).reshape(width, -1)
    return rows.T.tobytes() + content[whole:]


def _checked(source: Source, content: bytes) -> bytes:
    body, expected = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    if len(expected) < _CHECKSUM_BYTES or fletcher32(body) != int.from_bytes(expected, "little"):
        raise source.damaged("the checksum of a piece of an array is wrong")
    return body


def fletcher32(content: bytes) -> int:
    """Return Fletcher's checksum of words of two bytes, the first of which counts more."""
    words = np.frombuffer(content + b"\0" * (len(content) % 2), ">u2")
    first = second = 0
    for start in range(0, len(words), _WORDS):
        piece = words[start : start + _WORDS].astype(np.int64)
        weights = np.arange(len(piece), 0, -1)
        second += len(piece) * first + int(piece @ weights)
        first += int(piece.sum())
    return _folded(second) << 16 | _folded(first)


def _folded(total: int) -> int:
    # A sum whose carries are added again is never 0 unless all is 0.
    return (total - 1) % _MODULUS + 1 if total else 0
