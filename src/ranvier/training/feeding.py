"""Data as the programs take them: windows of batches that lie on the device.

Data that fit are one window, uploaded once; what is streamed passes through windows of a few
batches. Either way a program runs many steps on one window before it returns to Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import jax
import numpy as np

from ranvier.training.data import Batch, BatchPlan, Stream, Table, bucket, padded_copy
from ranvier.training.layout import BatchLayout
from ranvier.training.matching import matched

WINDOW_BYTES = 8 * 2**20
"""About how much of streamed data is on the device at a time."""

LONGEST_WINDOW = 64
"""The largest number of steps in a window of streamed data."""


@dataclass(frozen=True)
class Window:
    """Rows on the device, and the steps to run on them.

    Attributes:
        layout: How rows become batches.
        data: Inputs, targets and weights as a flat list of device arrays.
        order: int32 row numbers in the order of the steps, padded to a multiple of the batch.
        rows: How many rows are real.
    """

    layout: BatchLayout
    data: list[Any]
    order: np.ndarray[Any, Any]
    rows: int

    @property
    def steps(self) -> int:
        """How many steps the window has."""
        return -(-self.rows // self.layout.batch)

    @property
    def capacity(self) -> int:
        """How many steps a window of this size could have."""
        return int(self.order.shape[0]) // self.layout.batch


def flat_batch(
    batch: Batch, names: Sequence[str], size: int, *, exact: bool
) -> tuple[BatchLayout, list[Any]]:
    """Describe a batch and list its arrays: inputs, targets, weights.

    Args:
        batch: Trees of arrays.
        names: The names of the outputs, to match targets and weights given by name.
        size: The number of rows of a step.
        exact: Whether rows may not be padded.

    Raises:
        ConfigurationError: If names do not fit the outputs.
        DataError: If the number of targets or weights does not fit.
    """
    inputs, tree = jax.tree.flatten(batch.x)
    targets = matched(batch.y, names, "y", share=False)
    weights = matched(batch.sample_weight, names, "sample_weight", share=True)
    distinct = list({id(weight): weight for weight in weights if weight is not None}.values())
    numbers = {id(weight): index for index, weight in enumerate(distinct)}
    layout = BatchLayout(
        size,
        exact,
        tree,
        len(inputs),
        tuple(target is not None for target in targets),
        tuple(None if weight is None else numbers[id(weight)] for weight in weights),
    )
    return layout, [*inputs, *(target for target in targets if target is not None), *distinct]


class Feeder(Protocol):
    """The data of a training, as its loop asks for them."""

    @property
    def steps(self) -> int | None:
        """The steps of an epoch, or None where only the end of the data will tell."""

    def windows(self, epoch: int, skip: int = 0) -> Iterator[Window]:
        """Yield the windows of an epoch, without those that hold its first ``skip`` steps."""

    def look_ahead(self, epoch: int) -> None:
        """Do what can be done for an epoch while the device is still busy with the one before."""

    def replay(self, seed: int, epochs: Sequence[int]) -> None:
        """Come to where an interrupted training with that seed was after some epochs."""


class ResidentFeeder:
    """A table that lies on the device as a whole.

    Args:
        table: The data.
        names: The names of the outputs.
        plan: Which rows each step of each epoch takes.
        exact: Whether batches may not be padded; the last, smaller one is then a window of its own.
    """

    def __init__(self, table: Table, names: Sequence[str], plan: BatchPlan, *, exact: bool) -> None:
        self.plan = plan
        self.rows = table.rows
        self.capacity = -(-bucket(table.rows) // plan.batch_size)
        buffers = table.buffers(self.capacity * plan.batch_size)
        self.layout, leaves = flat_batch(buffers, names, plan.batch_size, exact=exact)
        self.data = [jax.device_put(leaf, may_alias=True) for leaf in leaves]
        self._ahead: tuple[int, np.ndarray[Any, Any]] | None = None

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return self.plan.steps

    def look_ahead(self, epoch: int) -> None:
        """Shuffle the rows of an epoch while the device is still busy with the one before."""
        # Where an epoch is part of a pass over the data, its order may come with a warning, in its time.
        if self.plan.steps == self.plan.steps_per_pass and (self._ahead is None or self._ahead[0] != epoch):
            self._ahead = (epoch, self._padded(self.plan.order(epoch)))

    def replay(self, seed: int, epochs: Sequence[int]) -> None:
        """Take up an interrupted training: the order follows from the seed and the number of the epoch."""
        del epochs
        self.plan.seed = seed
        self._ahead = None

    def windows(self, epoch: int, skip: int = 0) -> Iterator[Window]:
        """Yield the windows of an epoch: one, or two where the last batch is smaller and exact.

        Args:
            epoch: The number of the epoch.
            skip: The steps at its beginning to leave out, those of whole windows.
        """
        if self._ahead is not None and self._ahead[0] == epoch:
            rows, padded = self.rows, self._ahead[1]
        else:
            order = self.plan.order(epoch)
            rows, padded = len(order), self._padded(order)
        size = self.layout.batch
        whole = rows - rows % size if self.layout.exact else rows
        if whole > skip * size:
            yield Window(self.layout, self.data, padded, whole)
        if whole < rows and skip * size <= whole:
            tail = replace(self.layout, batch=rows - whole)
            yield Window(tail, self.data, padded[whole:rows].copy(), rows - whole)

    def _padded(self, order: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        padded = np.zeros(self.capacity * self.layout.batch, np.int32)
        padded[: len(order)] = order
        return padded


class StreamingFeeder:
    """Data that pass through the device a few batches at a time.

    Args:
        source: A table larger than memory, or a stream.
        names: The names of the outputs.
        plan: Which rows each step takes, for a table.
        exact: Whether batches may not be padded.
        check: Called with each batch before it is used; raises what is wrong with it.
    """

    def __init__(
        self,
        source: Table | Stream,
        names: Sequence[str],
        plan: BatchPlan | None,
        *,
        exact: bool,
        check: Callable[[Batch], None],
    ) -> None:
        self.source = source
        self.names = names
        self.plan = plan
        self.exact = exact
        self.check = check

    @property
    def steps(self) -> int | None:
        """The steps of an epoch, or None where only the end of the data will tell."""
        return self.plan.steps if self.plan is not None else self.source.steps  # type: ignore[union-attr]

    def look_ahead(self, epoch: int) -> None:
        """Do nothing: data are read when their turn has come."""

    def replay(self, seed: int, epochs: Sequence[int]) -> None:
        """Take up an interrupted training: bring a stream to where it was after some epochs.

        Args:
            seed: The seed of the interrupted training.
            epochs: The numbers of the epochs it had finished.
        """
        if isinstance(self.source, Stream):
            self.source.replay(seed, epochs)
        if self.plan is not None:
            self.plan.seed = seed

    def windows(self, epoch: int, skip: int = 0) -> Iterator[Window]:
        """Yield the windows of an epoch as the data arrive.

        Args:
            epoch: The number of the epoch.
            skip: The steps at its beginning to leave out, those of whole windows.
        """
        waiting: list[Batch] = []
        for batch in self._batches(epoch, skip):
            self.check(batch)
            if waiting and not self._joins(waiting, batch):
                yield self._window(waiting)
                waiting = []
            waiting.append(batch)
            if len(waiting) == self._longest(waiting[0]):
                yield self._window(waiting)
                waiting = []
        if waiting:
            yield self._window(waiting)

    def _batches(self, epoch: int, skip: int) -> Iterable[Batch]:
        if isinstance(self.source, Stream):
            yield from self.source.epoch(epoch, skip)
            return
        assert self.plan is not None
        order, size = self.plan.order(epoch), self.plan.batch_size
        for start in range(skip * size, len(order), size):
            yield self.source.take(order[start : start + size])

    def _joins(self, waiting: Sequence[Batch], batch: Batch) -> bool:
        same = _signature(batch) == _signature(waiting[0])
        before = waiting[0].rows
        return (
            same
            and waiting[-1].rows == before
            and (batch.rows == before or (batch.rows < before and not self.exact))
        )

    def _longest(self, batch: Batch) -> int:
        size = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(tuple(batch)))
        return int(np.clip(WINDOW_BYTES // max(size, 1), 1, LONGEST_WINDOW))

    def _window(self, batches: Sequence[Batch]) -> Window:
        size, rows = batches[0].rows, sum(batch.rows for batch in batches)
        capacity = self._longest(batches[0]) * size

        joined = [
            _joined([batch[part] for batch in batches], capacity, name)
            for part, name in enumerate(("x", "y", "sample_weight"))
        ]
        layout, leaves = flat_batch(Batch(*joined), self.names, size, exact=self.exact)
        return Window(layout, leaves, np.arange(capacity, dtype=np.int32), rows)


def _joined(parts: Sequence[Any], capacity: int, name: str) -> Any:
    """Join the same part of several batches in one padded device buffer."""

    def join(*leaves: Any) -> Any:
        rows = np.concatenate([np.asarray(leaf) for leaf in leaves]) if len(leaves) > 1 else leaves[0]
        return jax.device_put(padded_copy(rows, capacity, name), may_alias=True)

    return jax.tree.map(join, *parts)


def _signature(batch: Batch) -> Any:
    leaves, tree = jax.tree.flatten(tuple(batch))
    return tree, [(np.shape(leaf)[1:], str(leaf.dtype)) for leaf in leaves]


def feeder(
    source: Table | Stream,
    names: Sequence[str],
    *,
    batch_size: int | None,
    shuffle: bool | str,
    seed: int,
    steps: int | None,
    exact: bool,
    check: Callable[[Batch], None],
    steps_name: str = "steps_per_epoch",
) -> ResidentFeeder | StreamingFeeder:
    """Choose how data reach the device.

    Args:
        source: The data.
        names: The names of the outputs.
        batch_size: The rows of a step, of a table.
        shuffle: Whether rows are taken in a random order.
        seed: What the order derives from.
        steps: The steps of an epoch, or None for all.
        exact: Whether batches may not be padded.
        check: Called with each batch of streamed data before it is used.
        steps_name: What the caller's argument for ``steps`` is called.
    """
    if isinstance(source, Stream):
        return StreamingFeeder(source, names, None, exact=exact, check=check)
    plan = BatchPlan(
        source.rows, batch_size, shuffle=shuffle, seed=seed, steps_per_epoch=steps, steps_name=steps_name
    )
    if source.resident:
        return ResidentFeeder(source, names, plan, exact=exact)
    return StreamingFeeder(source, names, plan, exact=exact, check=check)
