"""Compression, shuffling and checksums of HDF5, one by one."""

from __future__ import annotations

import io
import zlib

import pytest

from ranvier.errors import FileFormatError
from ranvier.storage.keras.hdf5.filters import CHECKSUM, DEFLATE, Filter, fletcher32, read_filters, unfiltered
from ranvier.storage.keras.hdf5.source import Source


def source(content: bytes) -> Source:
    return Source(io.BytesIO(content), "m.h5", 0, len(content))


def pipeline(*kinds: int) -> bytes:
    rows = b"".join(
        kind.to_bytes(2, "little") + bytes(4) + (1).to_bytes(2, "little") + bytes(8) for kind in kinds
    )
    return bytes([1, len(kinds) % 256]) + bytes(6) + rows


def test_a_thousand_filters() -> None:
    assert [each.kind for each in read_filters(source(b""), "a", pipeline(2, 1, 3))] == [2, 1, 3]
    for kinds in ((1,) * 1000, (DEFLATE, DEFLATE), (2, 1, 2)):
        with pytest.raises(FileFormatError, match="twice"):
            read_filters(source(b""), "a", pipeline(*kinds))
    with pytest.raises(FileFormatError, match="filter '32123'"):
        read_filters(source(b""), "a", pipeline(32123))
    for content in (b"", b"\7\0", pipeline(1, 2)[:-9], bytes([1, 200]) + bytes(6)):
        with pytest.raises(FileFormatError):
            read_filters(source(b""), "a", content)


def test_checksums() -> None:
    # Worked by hand: words 0x6162, 0x6364 (and 0x6500), sums 0xC4C6 and 0x6162 + 0xC4C6 = 0x12628, folded 0x2629.
    assert fletcher32(b"abcd") == 0x2629C4C6
    assert (fletcher32(b""), fletcher32(b"\xff\xff")) == (0, 0xFFFFFFFF)
    steps = (Filter(CHECKSUM),)
    assert unfiltered(source(b""), steps, 0, b"abcd" + 0x2629C4C6.to_bytes(4, "little"), 4) == b"abcd"
    for content in (b"abcd" + 0x2629C4C7.to_bytes(4, "little"), b"", b"abc"):
        with pytest.raises(FileFormatError, match="checksum of a piece"):
            unfiltered(source(b""), steps, 0, content, 4)


def test_bombs() -> None:
    steps = (Filter(DEFLATE),)
    for content in (zlib.compress(bytes(10**8)), zlib.compress(bytes(100))[:-4], b"nothing", b""):
        with pytest.raises(FileFormatError):
            unfiltered(source(b""), steps, 0, content, 100)
    with pytest.raises(FileFormatError, match="has 104 bytes, where 100 are due"):
        unfiltered(source(b""), steps, 0, zlib.compress(bytes(104)), 100)
