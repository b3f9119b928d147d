"""HDF5 arrays that are kept in pieces of equal shape, and the indexes that tell where each of them is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.storage.keras.hdf5.filters import Filter, unfiltered
from ranvier.storage.keras.hdf5.source import UNDEFINED, Cursor, Source
from ranvier.types import Shape

_DEEPEST_TREE = 16
_SLACK = 2**20
_SINGLE, _IMPLICIT, _FIXED = 1, 2, 3
_BARE_EDGES, _SINGLE_FILTERED = 0x01, 0x02


@dataclass(frozen=True)
class Chunk:
    """One piece as it was written.

    Attributes:
        offset: The index of its first entry.
        start: Where its bytes begin.
        size: How many there are.
        mask: A bit for each filter that was left out.
    """

    offset: Shape
    start: int
    size: int
    mask: int = 0


@dataclass(frozen=True)
class Chunks:
    """An array in pieces.

    Attributes:
        shape: The shape of each piece, which may stand out over the edges of the array.
        nbytes: The number of bytes of each.
        filters: What each went through.
        places: The pieces: each part of the array once.
    """

    shape: Shape
    nbytes: int
    filters: tuple[Filter, ...]
    places: tuple[Chunk, ...]

    def read_into(self, source: Source, array: np.ndarray[Any, Any]) -> None:
        """Fill an array.

        Raises:
            FileFormatError: If a piece is damaged.
        """
        for each in self.places:
            content = unfiltered(
                source, self.filters, each.mask, source.content(each.start, each.size), self.nbytes
            )
            piece = np.frombuffer(content, array.dtype).reshape(self.shape)
            room = zip(each.offset, self.shape, array.shape, strict=True)
            within = tuple(slice(0, min(size, end - start)) for start, size, end in room)
            place = zip(each.offset, within, strict=True)
            array[tuple(slice(start, start + part.stop) for start, part in place)] = piece[within]


def read_chunks(
    source: Source, path: str, layout: bytes, array: np.ndarray[Any, Any], filters: tuple[Filter, ...]
) -> Chunks:
    """Read where the pieces of an array are, and make sure that they are the whole array.

    Args:
        source: The file.
        path: The array, for messages.
        layout: The message of the header, which says that the array is in pieces.
        array: Has the shape and dtype; no memory need be behind it.
        filters: What each piece went through.

    Raises:
        FileFormatError: If a piece is missing, there are more, or one is not in the file.
    """
    reader = _IndexReader(source, path, Cursor(source, layout), array, filters)
    chunks = reader.read()
    for each in chunks.places:
        source.require(each.start, each.size)
    return chunks


class _IndexReader:
    def __init__(
        self,
        source: Source,
        path: str,
        cursor: Cursor,
        array: np.ndarray[Any, Any],
        filters: tuple[Filter, ...],
    ) -> None:
        self.source, self.path, self.cursor, self.filters = source, path, cursor, filters
        self.array = array
        self.shape: Shape = ()
        self.nbytes = 0

    def damaged(self, why: str) -> Exception:
        return self.source.damaged(f"the array {self.path!r:.100} {why}")

    def read(self) -> Chunks:
        version = self.cursor.number(1)
        self.cursor.take(1)
        flags = self.cursor.number(1) if version > 3 else 0
        rank = self.cursor.number(1)
        if version == 3:
            tree = self.cursor.number(8)
            self._take_shape(rank, 4)
            found = self._from_tree(tree)
        else:
            self._take_shape(rank, self.cursor.number(1))
            found = self._from_newer_index(flags)
        places = {each.offset: each for each in found}
        if len(places) != self.count or not all(offset in places for offset in self._offsets()):
            raise self.damaged("lacks some of its pieces")
        return Chunks(self.shape, self.nbytes, self.filters, tuple(places.values()))

    def _take_shape(self, rank: int, width: int) -> None:
        sizes = tuple(self.cursor.number(width) for _ in range(rank))
        expected = self.array.dtype.itemsize
        if not 1 <= width <= 8 or rank != self.array.ndim + 1 or rank < 2 or sizes[-1] != expected:
            raise self.damaged("is cut into pieces that do not fit")
        self.shape, self.nbytes = sizes[:-1], math.prod(sizes)
        # A piece stands out over the edges of the array, and is in memory beside it.
        if 0 in self.shape or self.nbytes > 2 * self.array.nbytes + _SLACK:
            raise self.damaged(
                f"is cut into pieces of {self.nbytes:,} bytes, which are larger than the array"
            )
        self.source.count_pieces(self.count)

    @property
    def counts(self) -> Shape:
        """How many pieces there are along each axis."""
        return tuple(-(-size // part) for size, part in zip(self.array.shape, self.shape, strict=True))

    @property
    def count(self) -> int:
        return math.prod(self.counts)

    def _offsets(self) -> Iterator[Shape]:
        starts = (range(0, size, part) for size, part in zip(self.array.shape, self.shape, strict=True))
        return itertools.product(*starts)

    def _chunk(self, offset: Shape, start: int, size: int, mask: int = 0) -> Chunk:
        if start == UNDEFINED or size < 1 or (not self.filters and size != self.nbytes):
            raise self.damaged("has a piece without its bytes")
        # What is compressed may become longer, by little.
        if size > self.nbytes + self.nbytes // 8 + _SLACK:
            raise self.damaged("has a piece that is longer than what it holds")
        return Chunk(offset, start, size, mask)

    def _from_tree(self, root: int) -> list[Chunk]:
        """Read a tree of nodes, each of which is visited once."""
        found: dict[Shape, Chunk] = {}
        visited: set[int] = set()
        remaining: list[tuple[int, int | None]] = [] if root == UNDEFINED else [(root, None)]
        key_size = 8 + 8 * (len(self.shape) + 1)
        while remaining:
            address, wanted = remaining.pop()
            head = Cursor(self.source, self.source.read(address, 24))
            head.expect(b"TREE")
            kind, level, used = head.number(1), head.number(1), head.number(2)
            expected = level <= _DEEPEST_TREE if wanted is None else level == wanted
            if kind != 1 or not expected or address in visited:
                raise self.damaged("has an index that makes no sense")
            visited.add(address)
            entries = Cursor(self.source, self.source.read(address + 24, used * (key_size + 8)))
            for _ in range(used):
                size, mask = entries.number(4), entries.number(4)
                offset = tuple(entries.number(8) for _ in self.shape)
                entries.take(8)
                child = entries.number(8)
                if level:
                    remaining.append((child, level - 1))
                    continue
                if offset in found or len(found) >= self.count:
                    raise self.damaged("has a piece twice, or too many of them")
                found[offset] = self._chunk(offset, child, size, mask)
        return list(found.values())

    def _from_newer_index(self, flags: int) -> list[Chunk]:
        kind = self.cursor.number(1)
        if flags & _BARE_EDGES and self.filters:
            raise self.source.unsupported("arrays whose edges are not compressed")
        if kind == _SINGLE:
            size, mask = self.nbytes, 0
            if flags & _SINGLE_FILTERED:
                size, mask = self.cursor.number(8), self.cursor.number(4)
            return [self._chunk((0,) * len(self.shape), self.cursor.number(8), size, mask)]
        if kind == _IMPLICIT:
            start = self.cursor.number(8)
            self.source.require(start, self.count * self.nbytes)
            return [
                self._chunk(offset, start + number * self.nbytes, self.nbytes)
                for number, offset in enumerate(self._offsets())
            ]
        if kind == _FIXED:
            self.cursor.take(1)
            return self._from_fixed_array(self.cursor.number(8))
        raise self.source.unsupported("arrays that can grow, with an index of newer files")

    def _from_fixed_array(self, address: int) -> list[Chunk]:
        head = Cursor(self.source, self.source.read(address, 28))
        head.expect(b"FAHD")
        version, client, width, page = (head.number(1) for _ in range(4))
        count, block = head.number(8), head.number(8)
        sizes = width - 12 if self.filters else 0
        if version != 0 or client != int(bool(self.filters)) or count != self.count:
            raise self.damaged("has an index that makes no sense")
        if not (width == 8 if not self.filters else 1 <= sizes <= 8):
            raise self.damaged("has an index of entries that make no sense")
        if count > 1 << min(page, 32):
            raise self.source.unsupported("arrays in so many pieces that their index has pages")
        entries = Cursor(self.source, self.source.read(block, 14 + count * width))
        entries.expect(b"FADB")
        entries.take(10)
        found = []
        for offset in self._offsets():
            start = entries.number(8)
            size = entries.number(sizes) if sizes else self.nbytes
            found.append(self._chunk(offset, start, size, entries.number(4) if sizes else 0))
        return found
