"""The rows of a table on the device, once for all members, and the order in which a member sees its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import numpy as np

from ranvier.estimators.rows import OUTPUT, buffer_length
from ranvier.estimators.tables.encoding import Encoded
from ranvier.training.data import Batch, padded_copy
from ranvier.training.feeding import Window, flat_batch
from ranvier.training.layout import BatchLayout

HostArray: TypeAlias = "np.ndarray[Any, Any]"


SHORTEST = 1024
"""The length of the buffers of small tables, which so share a program whatever the number of their rows."""


@dataclass
class TableRows:
    """Rows, targets and what each row counts.

    Attributes:
        encoded: The rows.
        targets: int32 labels of shape (rows,), or standardized float32 numbers of shape (rows, outputs).
        weights: float32 of shape (rows,).
    """

    encoded: Encoded
    targets: HostArray
    weights: HostArray

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.targets)

    def take(self, indices: HostArray) -> TableRows:
        """Return some of the rows."""
        return TableRows(self.encoded.take(indices), self.targets[indices], self.weights[indices])


class DeviceTable:
    """All rows on the device, in buffers whose length many numbers of rows share.

    Args:
        rows: The rows.
        batch: The rows of a step.
    """

    def __init__(self, rows: TableRows, batch: int) -> None:
        self.length = -(-max(buffer_length(rows.count), SHORTEST) // batch) * batch
        inputs = [padded_copy(array, self.length, "x") for array in rows.encoded.parts().values()]
        padded = Batch(
            inputs if len(inputs) > 1 else inputs[0],
            padded_copy(rows.targets, self.length, "y"),
            padded_copy(rows.weights, self.length, "sample_weight"),
        )
        layout, leaves = flat_batch(padded, [OUTPUT], batch, exact=False)
        self.layout: BatchLayout = layout
        self.data = [jax.device_put(leaf, may_alias=True) for leaf in leaves]


class MemberFeeder:
    """Some rows of a table in a new order each epoch, in whole batches.

    What is left over in an epoch has its turn in others.

    Args:
        table: All rows.
        indices: The numbers of the rows to train on.
        seed: What the orders derive from.
    """

    def __init__(self, table: DeviceTable, indices: HostArray, seed: int) -> None:
        self.table = table
        self.indices = indices.astype(np.int32)
        self.seed = seed
        size = table.layout.batch
        self._ahead: tuple[int, HostArray] | None = None
        self.used = max(len(indices) // size * size, min(len(indices), size))

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return -(-self.used // self.table.layout.batch)

    def windows(self, epoch: int, skip: int = 0) -> Iterator[Window]:
        """Yield the one window of an epoch, unless its steps are to be skipped."""
        if skip >= self.steps:
            return
        self.look_ahead(epoch)
        assert self._ahead is not None
        _, padded = self._ahead
        yield Window(self.table.layout, self.table.data, padded, self.used)

    def look_ahead(self, epoch: int) -> None:
        """Shuffle the rows of an epoch while the device is still busy with the one before."""
        if self._ahead is None or self._ahead[0] != epoch:
            order = np.random.default_rng([self.seed, epoch]).permutation(self.indices)
            padded = np.zeros(self.table.length, np.int32)
            padded[: self.used] = order[: self.used]
            self._ahead = (epoch, padded)

    def replay(self, seed: int, epochs: Sequence[int]) -> None:
        """Take up an interrupted training: the order follows from the seed and the number of the epoch."""
        del epochs
        self.seed, self._ahead = seed, None
