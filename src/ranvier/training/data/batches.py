"""In which order an epoch takes the rows, how many steps it has, and to which sizes rows are padded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import notices
from ranvier.errors import ConfigurationError, DataError, unknown_name
from ranvier.random import generator

if TYPE_CHECKING:
    from ranvier.training.data.rows import HostArray

DEFAULT_BATCH_SIZE = 32

_SMALLEST_STEP = 8
_LARGEST_INDEX = 2**31 - 1


def bucket(rows: int) -> int:
    """Round a number of rows up to a size that many numbers share.

    Each octave [2**k, 2**(k + 1)) has 8 sizes, so from 64 rows on less than 1/8 of a buffer's use is
    padding; below, sizes are multiples of 8. Programs are compiled for a size, so all folds of a
    cross-validation, whose rows differ by one, share one.

    Args:
        rows: At least 1.

    Returns:
        The size, at least ``rows``.
    """
    step = max(_SMALLEST_STEP, (1 << rows.bit_length()) // 16)
    return -(-rows // step) * step


def permutation(rows: int, seed: int, epoch: int) -> HostArray:
    """Return the order of an epoch: every row once, the same for equal arguments.

    Args:
        rows: How many rows there are.
        seed: The seed of the training.
        epoch: The number of the epoch.

    Returns:
        int32 row numbers, shape (rows,).
    """
    order = _ascending(rows)
    generator(seed, epoch).shuffle(order)
    return order


def chunk_permutation(rows: int, batch_size: int, seed: int, epoch: int) -> HostArray:
    """Return the order of an epoch that shuffles batches and keeps the rows inside each as they are.

    Files are then read in runs of rows. A last, smaller batch stays last.

    Args:
        rows: How many rows there are.
        batch_size: The rows of a batch.
        seed: The seed of the training.
        epoch: The number of the epoch.

    Returns:
        int32 row numbers, shape (rows,).
    """
    order = _ascending(rows)
    whole = rows - rows % batch_size
    chunks = order[:whole].reshape(-1, batch_size)
    order[:whole] = chunks[permutation(len(chunks), seed, epoch)].reshape(-1)
    return order


class BatchPlan:
    """Which rows each step of each epoch takes.

    Without ``steps_per_epoch`` an epoch is one pass over the rows. With it, an epoch takes so many
    batches, the next goes on where it stopped, and a pass that runs out ends its epoch early with a
    warning, as in Keras. Everything follows from the number of the epoch: a training that is resumed
    takes the same rows.

    Args:
        rows: How many rows there are, at least 1.
        batch_size: The rows of a batch; when None, 32, or as many as ``steps_per_epoch`` needs.
        shuffle: True, False, or ``"batch"`` to shuffle batches as a whole.
        seed: The seed of the shuffling.
        steps_per_epoch: The steps of an epoch, or None.
        steps_name: What the caller's argument is called, for messages.

    Raises:
        ConfigurationError: If an argument is out of its range.
    """

    def __init__(
        self,
        rows: int,
        batch_size: int | None = None,
        *,
        shuffle: bool | str = False,
        seed: int = 0,
        steps_per_epoch: int | None = None,
        steps_name: str = "steps_per_epoch",
    ) -> None:
        check_count(batch_size, "batch_size")
        check_count(steps_per_epoch, steps_name)
        check_shuffle(shuffle)
        if rows < 1:
            raise DataError(f"The data must have at least one row; received: {rows}.")
        self.rows = rows
        if batch_size is None:
            batch_size = DEFAULT_BATCH_SIZE if steps_per_epoch is None else -(-rows // int(steps_per_epoch))
        self.batch_size = int(batch_size)
        self.shuffle = shuffle
        self.seed = seed
        self.steps_per_pass = -(-rows // self.batch_size)
        self.steps = self.steps_per_pass if steps_per_epoch is None else int(steps_per_epoch)
        self._steps_name = steps_name

    def order(self, epoch: int = 0) -> HostArray:
        """Return the rows of an epoch in the order in which its batches take them.

        Step s takes ``order[s * batch_size : (s + 1) * batch_size]``; only the last may be smaller.

        Args:
            epoch: The number of the epoch, from 0.

        Returns:
            int32 row numbers, shape (n,); one pass over all rows unless ``steps_per_epoch`` was given.
        """
        number, first, last = epoch_window(self.steps_per_pass, self.steps, epoch)
        if last - first < self.steps:
            notices.warn(
                f"The data ran out after {last - first} of {self.steps} steps of epoch {epoch + 1}, which "
                f"ends here: {self.rows} rows in batches of {self.batch_size} give {self.steps_per_pass} "
                f"steps. Leave `{self._steps_name}` out to use every row once an epoch."
            )
        return self._pass(number)[first * self.batch_size : last * self.batch_size]

    def _pass(self, number: int) -> HostArray:
        if not self.shuffle:
            return _ascending(self.rows)
        if self.shuffle == "batch":
            return chunk_permutation(self.rows, self.batch_size, self.seed, number)
        return permutation(self.rows, self.seed, number)


def epoch_window(steps_per_pass: int, steps: int, epoch: int) -> tuple[int, int, int]:
    """Return which steps of which pass over the data an epoch takes.

    Args:
        steps_per_pass: The steps of one pass.
        steps: The steps of an epoch.
        epoch: The number of the epoch, from 0.

    Returns:
        The number of the pass, its first step, and one past its last; a pass that does not fill its
        last epoch ends it early.
    """
    number, begun = divmod(epoch, -(-steps_per_pass // steps))
    first = begun * steps
    return number, first, min(first + steps, steps_per_pass)


def check_count(value: Any, name: str) -> None:
    """Refuse what is neither None nor an integer of at least 1.

    Raises:
        ConfigurationError: Naming the argument.
    """
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ConfigurationError(
            f"`{name}` must be an integer of at least 1; received: {value!r}. Leave it out for the default."
        )


def check_shuffle(shuffle: Any) -> None:
    """Refuse what is none of True, False and ``"batch"``.

    Raises:
        ConfigurationError: If ``shuffle`` is anything else.
    """
    if isinstance(shuffle, str) and shuffle != "batch":
        raise unknown_name("shuffle", shuffle, ["batch"])
    if not isinstance(shuffle, bool | str | np.bool_):
        raise ConfigurationError(f"`shuffle` must be True, False or 'batch'; received: {shuffle!r}.")


def _ascending(rows: int) -> HostArray:
    return np.arange(rows, dtype=np.int32 if rows <= _LARGEST_INDEX else np.int64)
