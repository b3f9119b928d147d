"""The rows of a training or a validation as the programs take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
from scipy.sparse import issparse

from ranvier.training.data import Table, bucket
from ranvier.training.feeding import StreamingFeeder, Window, flat_batch

OUTPUT = "output"
"""The name of a network's only output."""

MOST_DOUBLED = 2**16
"""The number of rows up to which buffers have a power of two of rows."""

MOST_MERGED = 2**20
"""The number of numbers up to which equal rows are looked for."""

LARGEST_EVALUATED = 2048
"""The number of rows of a step of a validation."""


@dataclass
class Rows:
    """Features, targets and weights.

    Attributes:
        features: float32 of shape (n, features), dense or a SciPy sparse matrix.
        targets: int32 labels of shape (n,), or float32 of shape (n, outputs).
        weights: Shape (n,).
    """

    features: Any
    targets: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.features.shape[0])

    def take(self, indices: np.ndarray[Any, Any]) -> Rows:
        """Return some of the rows."""
        features = self.features.tocsr() if issparse(self.features) else self.features
        return Rows(features[indices], self.targets[indices], self.weights[indices])

    def merged(self) -> Rows:
        """Return the rows in an order of their own, equal ones as one with the sum of their weights.

        A step on all rows comes to the same, but for rounding. So a row of weight 2 and one that is there twice,
        or other orders of the rows, give the same network bit for bit. Larger data stay as they are.
        """
        if self.count * (self.features.shape[1] + 1) > MOST_MERGED:
            return self
        dense = self.features.toarray() if issparse(self.features) else self.features
        counted = self.weights > 0
        targets = self.targets.reshape(self.count, -1)
        whole = np.concatenate([dense, targets.astype(np.float64)], axis=1)[counted]
        whole, place = np.unique(whole, axis=0, return_inverse=True)
        weights = np.bincount(place.reshape(-1), self.weights[counted], len(whole)).astype(np.float32)
        features, targets = np.split(whole, [dense.shape[1]], axis=1)
        shape = (len(whole), *self.targets.shape[1:])
        return Rows(features.astype(np.float32), targets.astype(self.targets.dtype).reshape(shape), weights)


@dataclass
class Order:
    """In which order the rows of an epoch are taken; set before each epoch.

    Attributes:
        batch_size: The rows of a step.
        indices: int32 row numbers.
    """

    batch_size: int
    indices: np.ndarray[Any, Any]

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return -(-len(self.indices) // self.batch_size)

    def order(self, epoch: int) -> np.ndarray[Any, Any]:
        """Return the order that was set; ``epoch`` makes no difference."""
        del epoch
        return self.indices


@dataclass
class TrainingFeeder:
    """The training rows on the device, or streamed to it where they are too many.

    Buffers are longer than the data, so that all folds of a cross-validation, and often the fit on all rows
    after it, share a program.

    Attributes:
        rows: The data.
        batch_size: The rows of a step, at most all.
    """

    rows: Rows
    batch_size: int
    order: Order = field(init=False)
    resident: bool = field(init=False)
    _windows: Any = field(init=False)

    def __post_init__(self) -> None:
        count = self.rows.count
        self.order = Order(self.batch_size, np.arange(count, dtype=np.int32))
        table = _table(self.rows, penalized=True)
        self.resident = bool(table.resident)
        if self.resident:
            whole = self.batch_size >= count
            size = batch_length(count) if whole else self.batch_size
            length = size if whole else -(-buffer_length(count) // size) * size
            layout, leaves = flat_batch(table.buffers(length), [OUTPUT], size, exact=False)
            self._data = [jax.device_put(leaf, may_alias=True) for leaf in leaves]
            self._layout = layout
            self._padded = np.zeros(length, np.int32)
            self._windows = self._resident
        else:
            plan: Any = self.order
            streamed = StreamingFeeder(table, [OUTPUT], plan, exact=False, check=lambda _: None)
            self._windows = streamed.windows

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return self.order.steps

    def windows(self, epoch: int, skip: int = 0) -> Iterator[Window]:
        """Yield the windows of an epoch, without those that hold its first ``skip`` steps."""
        return self._windows(epoch, skip)  # type: ignore[no-any-return]

    def look_ahead(self, epoch: int) -> None:
        """Do nothing: scikit-learn's order follows from the epochs before."""

    def _resident(self, epoch: int, skip: int) -> Iterator[Window]:
        del epoch
        count = self.rows.count
        self._padded[:count] = self.order.indices
        if skip == 0:  # the whole epoch is one window
            yield Window(self._layout, self._data, self._padded, count)


def validation_feeder(rows: Rows) -> Any:
    """Return the rows of a validation, in order, as windows.

    Args:
        rows: The data.
    """
    table = _table(rows, penalized=False)
    size = min(batch_length(rows.count), LARGEST_EVALUATED)
    if not table.resident:
        plan: Any = Order(size, np.arange(rows.count, dtype=np.int32))
        return StreamingFeeder(table, [OUTPUT], plan, exact=False, check=lambda _: None)
    length = -(-bucket(rows.count) // size) * size
    layout, leaves = flat_batch(table.buffers(length), [OUTPUT], size, exact=False)
    data = [jax.device_put(leaf, may_alias=True) for leaf in leaves]
    return _Once(Window(layout, data, np.arange(length, dtype=np.int32), rows.count))


@dataclass
class _Once:
    window: Window

    def windows(self, epoch: int) -> Iterator[Window]:
        """Yield the one window."""
        del epoch
        yield self.window


def batch_length(count: int) -> int:
    """Round the rows of a batch that holds all of them up to a size that many numbers share.

    Up to 256 there are two sizes in each octave (16, 24, 32, 48, 64, …), beyond those of the engine.
    """
    if count > 256:
        return bucket(count)
    octave = max(16, 1 << (count - 1).bit_length())
    return octave * 3 // 4 if count <= octave * 3 // 4 and octave > 16 else octave


def _table(rows: Rows, *, penalized: bool) -> Table:
    # The penalty on weights is divided by the sum of the row weights, so the network is given them too.
    weights = np.asarray(rows.weights, np.float32)
    table = Table((rows.features, weights) if penalized else rows.features, rows.targets)
    table.sample_weight = weights
    return table


def buffer_length(count: int) -> int:
    """Return how long a buffer for some rows is, so that similar numbers of rows share a program."""
    return 1 << (count - 1).bit_length() if count <= MOST_DOUBLED else bucket(count)
