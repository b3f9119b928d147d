"""Data that come batch by batch: generators, data loaders, data sets by number."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import notices
from ranvier.errors import DataError, ShapeError
from ranvier.training.data.arrays import as_tree
from ranvier.training.data.batch import Batch, common_rows, unpacked
from ranvier.training.data.batches import check_count
from ranvier.training.data.feeds import feed_of
from ranvier.training.data.kinds import kind_of
from ranvier.training.data.rows import LazyRows
from ranvier.training.data.trees import Tree, leaves_of, map_leaves, paths
from ranvier.training.data.weights import row_weights

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence


class Stream:
    """Batches that are read once, in order, epoch by epoch.

    An epoch of an iterator (a generator) goes on where the last one stopped. Anything else that can
    be iterated over starts again, unless ``steps_per_epoch`` cuts it: then the next epoch goes on,
    and starts again once it has come to the end. A :class:`PyDataset` is asked by number.

    Args:
        origin: An iterator, an iterable or a PyDataset of batches ``x``, ``(x,)``, ``(x, y)`` or
            ``(x, y, sample_weight)``; batches may differ in their numbers of rows.
        steps_per_epoch: The steps of an epoch; when None, one pass.
        resumes: Whether an epoch cut by ``steps_per_epoch`` is continued by the next one, as training
            does; evaluation starts again each time.
        shuffle: Whether the batches of a PyDataset are taken in a new order each pass; what comes from
            anything else comes in its own order.
        seed: The seed of the shuffling.
        class_weight: Weights by class number, or None.
        steps_name: What the caller's argument for the steps is called, for messages.

    Raises:
        ConfigurationError: If the number of steps is not positive, or an endless PyDataset has none.
        DataTypeError: If ``origin`` does not give batches.
    """

    def __init__(
        self,
        origin: Any,
        *,
        steps_per_epoch: int | None = None,
        resumes: bool = True,
        shuffle: bool = False,
        seed: int = 0,
        class_weight: Any = None,
        steps_name: str = "steps_per_epoch",
    ) -> None:
        check_count(steps_per_epoch, steps_name)
        steps = None if steps_per_epoch is None else int(steps_per_epoch)
        self._feed = feed_of(origin, steps=steps, resumes=resumes, shuffle=shuffle, seed=seed)
        self._class_weight = class_weight
        self._steps_name = steps_name
        self._kind = kind_of(origin)
        self._form: dict[str, int | None] | None = None
        self._delivered = 0
        self._first: Batch | None = None
        self._running: Generator[Batch] | None = None

    @property
    def steps(self) -> int | None:
        """The steps of an epoch, or None if only the end of the data will tell."""
        return self._feed.steps

    def peek(self, number: int = 0) -> Batch:
        """Look at the first batch of the next epoch; the epoch will give it all the same.

        Args:
            number: The number of that epoch.

        Returns:
            The batch.

        Raises:
            DataError: If there is no batch.
        """
        if self._first is None:
            running = self._batches(number)
            self._first = next(running, None)
            self._running = running
        if self._first is None:
            self._running = None
            raise DataError(
                f"The data must give at least one batch; received: {self._kind} that has come to its end. "
                "Create it anew, or give an object whose `__iter__` starts again."
            )
        return self._first

    def replay(self, seed: int, epochs: Sequence[int]) -> None:
        """Come to where an interrupted training was after some epochs.

        A PyDataset is told of those epochs through its hooks; what comes from anything else is read again, and passed
        by, since its order may depend on what was read before.

        Args:
            seed: The seed of the interrupted training.
            epochs: The numbers of the epochs it had finished.
        """
        if self._feed.replay(seed, len(epochs), begun=self._first is not None):
            if self._running is not None:
                self._running.close()
            self._first = self._running = None
            return
        for number in epochs:
            for _ in self.epoch(number):
                pass

    def epoch(self, number: int = 0, skip: int = 0) -> Iterator[Batch]:
        """Give the batches of an epoch.

        An epoch that runs out of data ends with a warning. It has no batch at all where an iterator
        was used up by the epochs before: training then ends.

        Args:
            number: The number of the epoch, on which the order of a shuffled PyDataset depends.
            skip: How many batches at its beginning to leave out.

        Yields:
            Batches of NumPy or JAX arrays.

        Raises:
            DataError: If there was never a batch, or one cannot be used; the message has its number.
            ShapeError: If a batch holds no rows or differs in form from the first.
        """
        first, running = self._first, self._running
        self._first = self._running = None
        if first is not None and skip == 0:
            yield first
        # Of those to leave out, the first was taken from the pass already.
        yield from self._batches(number, skip) if running is None else islice(running, max(skip - 1, 0), None)

    def _batches(self, number: int, skip: int = 0) -> Generator[Batch]:
        expected, taken = self.steps, skip
        for item in self._feed.epoch(number, skip):
            taken += 1
            self._delivered += 1
            yield self._checked(item, taken)
        if self._delivered == 0 and skip == 0:
            raise DataError(
                f"The data must give at least one batch; received: {self._kind} without any. Look at what it "
                "reads."
            )
        if taken == 0 or (expected is not None and taken < expected):
            self._warn(number, taken, expected)

    def _warn(self, number: int, taken: int, expected: int | None) -> None:
        of = "" if expected is None else f" of {expected}"
        again = "give an object whose `__iter__` starts again, or " if self._feed.one_shot else ""
        notices.warn(
            f"The data ran out after {taken}{of} steps of epoch {number + 1}: {self._kind} has given "
            f"{self._delivered} batches in all. To go on, {again}lower `{self._steps_name}` or the epochs."
        )

    def _checked(self, item: Any, number: int) -> Batch:
        try:
            x, y, sample_weight = unpacked(item, "It")
            x, y = _in_memory(as_tree(x, "x")), _in_memory(as_tree(y, "y"))
            common_rows(x, y)
            batch = Batch(x, y, row_weights(y, sample_weight, self._class_weight))
            self._check_form(batch)
        except (DataError, ShapeError) as error:
            raise type(error)(f"Batch {number} of {self._kind} cannot be used. {error}") from error
        return batch

    def _check_form(self, batch: Batch) -> None:
        """Refuse a batch whose parts or ranks are not those of the first."""
        form = _form(batch)
        if self._form is None:
            self._form = form
        if form == self._form:
            return
        for place in [*self._form, *form]:
            before, now = self._form.get(place, "missing"), form.get(place, "missing")
            if before != now:
                raise ShapeError(
                    "All batches must have the same parts with the same number of dimensions; received: "
                    f"`{place}` {_dimensions(now)} after {_dimensions(before)}. Give every part in every "
                    "batch."
                )


def _in_memory(tree: Tree) -> Tree:
    return map_leaves(lambda leaf: leaf.read(0, len(leaf)) if isinstance(leaf, LazyRows) else leaf, tree)


def _form(batch: Batch) -> dict[str, int | None]:
    """Return the number of dimensions of each part by its place; None where a part is left out."""
    form: dict[str, int | None] = {}
    for root, tree in zip(Batch._fields, batch, strict=True):
        for place, leaf in zip(paths(tree, root), leaves_of(tree), strict=True):
            form[place] = None if leaf is None else np.ndim(leaf)
    return form


def _dimensions(rank: int | str | None) -> str:
    if rank == "missing" or rank is None:
        return "missing"
    return f"with {rank} dimension{'s' if rank != 1 else ''}"
