"""The base class of a user's own data set that is asked for its batches by number."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ranvier.errors import UnsupportedError
from ranvier.training.data.batches import check_count

if TYPE_CHECKING:
    from collections.abc import Iterator


class PyDataset:
    """Batches that Python code prepares, by number; to be subclassed.

    A subclass defines ``__getitem__``, which returns the batch of a number as ``(x,)``, ``(x, y)`` or
    ``(x, y, sample_weight)``, and ``__len__``, the number of batches; instead of ``__len__`` it may
    define the property ``num_batches``, which is None for an endless data set. With more than one
    worker, threads prepare batches ahead of the training; they help where ``__getitem__`` waits for a
    disk or spends its time in NumPy, which lets other threads run.

    Args:
        workers: Threads that prepare batches; with 0 or 1 the training prepares each when it needs it.
        use_multiprocessing: Only False is supported.
        max_queue_size: How many batches the threads may be ahead.

    Raises:
        ConfigurationError: If a number is out of its range.
        UnsupportedError: If ``use_multiprocessing`` is True.

    Example:
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 4
        ...     def __getitem__(self, number):
        ...         x = np.full((8, 1), float(number))
        ...         return x, x**2
    """

    # A subclass that does not call this constructor has the defaults all the same.
    _workers = 1
    _max_queue_size = 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    @property
    def workers(self) -> int:
        """Threads that prepare batches."""
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        check_count(value or 1, "workers")
        self._workers = int(value or 0)

    @property
    def use_multiprocessing(self) -> bool:
        """Whether processes prepare batches: never."""
        return False

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        if value:
            raise UnsupportedError(
                "Batches are prepared by threads of this process; received: use_multiprocessing=True. Set "
                "`workers` to the number of threads and leave `use_multiprocessing` out."
            )

    @property
    def max_queue_size(self) -> int:
        """How many batches the threads may be ahead."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        check_count(value, "max_queue_size")
        self._max_queue_size = int(value)

    @property
    def num_batches(self) -> int | None:
        """The number of batches, or None for an endless data set."""
        if hasattr(self, "__len__"):
            return len(self)
        raise UnsupportedError(
            f"`{type(self).__name__}` does not say how many batches it has. Define `__len__`, or the "
            "property `num_batches` (None for an endless data set)."
        )

    def __getitem__(self, index: int) -> Any:
        """Return the batch of a number."""
        raise UnsupportedError(
            f"`{type(self).__name__}` does not give batches. Define `__getitem__(self, index)`, which "
            "returns (x, y)."
        )

    def __iter__(self) -> Iterator[Any]:
        count = self.num_batches
        for index in itertools.count() if count is None else range(count):
            yield self[index]

    def on_epoch_begin(self) -> None:
        """Do something before each epoch; to be overridden."""

    def on_epoch_end(self) -> None:
        """Do something after each epoch, such as shuffling the rows; to be overridden."""


Sequence = PyDataset
"""Keras' older name of :class:`PyDataset`."""
