"""Arrays that are not in memory as they stand: memory-mapped, stored in a file, sparse.

They are read by ranges of rows or by row numbers, so that data larger than memory can be streamed.
"""

from __future__ import annotations

import mmap
from abc import ABC, abstractmethod
from typing import Any, TypeAlias

import numpy as np

HostArray: TypeAlias = "np.ndarray[Any, Any]"


class LazyRows(ABC):
    """Rows of an array that are read on demand.

    Args:
        origin: What the rows are read from.
        start: The first row that belongs to this object.
        stop: One past the last row; the end of ``origin`` when None.
    """

    def __init__(self, origin: Any, start: int = 0, stop: int | None = None) -> None:
        self._origin = origin
        self._start = start
        self._stop = int(origin.shape[0]) if stop is None else stop
        self.dtype: np.dtype[Any] = np.dtype(origin.dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, rows first."""
        return (self._stop - self._start, *(int(size) for size in self._origin.shape[1:]))

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._origin.shape)

    def __len__(self) -> int:
        return self._stop - self._start

    def window(self, start: int, stop: int) -> LazyRows:
        """Return the rows from ``start`` to ``stop`` without reading them."""
        return type(self)(self._origin, self._start + start, self._start + stop)

    def read(self, start: int, stop: int) -> HostArray:
        """Read the rows from ``start`` to ``stop`` into memory."""
        return self._read(self._start + start, self._start + min(stop, len(self)))

    def take(self, indices: HostArray) -> HostArray:
        """Read rows by their numbers, in the order given.

        The origin is asked for each row once and in ascending order, as files want it.

        Args:
            indices: Row numbers in [0, rows), shape (n,).

        Returns:
            The rows, shape (n, ...).
        """
        wanted, places = np.unique(indices, return_inverse=True)
        if wanted.size == 0:
            return self._read(self._start, self._start)
        first, last = int(wanted[0]), int(wanted[-1])
        if last - first + 1 == wanted.size:
            return self.read(first, last + 1)[places]
        return self._pick(wanted + self._start)[places]

    @abstractmethod
    def _read(self, start: int, stop: int) -> HostArray: ...

    @abstractmethod
    def _pick(self, ascending: HostArray) -> HostArray: ...


class MappedRows(LazyRows):
    """Rows of a NumPy array whose memory is a mapped file."""

    def _read(self, start: int, stop: int) -> HostArray:
        return np.asarray(self._origin[start:stop])

    def _pick(self, ascending: HostArray) -> HostArray:
        return np.asarray(self._origin[ascending])


class StoredRows(MappedRows):
    """Rows of an array that lives in a file behind a library: HDF5, Zarr."""


class SparseRows(LazyRows):
    """Rows of a SciPy sparse matrix; what is read is dense."""

    def _read(self, start: int, stop: int) -> HostArray:
        return np.asarray(self._origin[start:stop].toarray())

    def _pick(self, ascending: HostArray) -> HostArray:
        return np.asarray(self._origin[ascending].toarray())


def is_mapped(array: HostArray) -> bool:
    """Whether the memory of an array, or of the array it is a view of, is a mapped file."""
    base: Any = array
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap):
            return True
        base = base.base
    return isinstance(base, mmap.mmap)
