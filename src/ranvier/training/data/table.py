"""Data of a known number of rows: what arrays, frames and files become."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError
from ranvier.training.data.arrays import as_tree
from ranvier.training.data.batch import Batch, common_rows
from ranvier.training.data.copying import padded_copy
from ranvier.training.data.dtypes import device_dtype
from ranvier.training.data.memory import default_budget
from ranvier.training.data.rows import HostArray, LazyRows
from ranvier.training.data.trees import Tree, flatten, leaves_of, map_leaves, paths, unflatten
from ranvier.training.data.weights import row_weights


class Table:
    """Inputs, targets and weights with a common number of rows.

    Args:
        x: Inputs: an array, or a list, tuple or dict of arrays, as :func:`as_tree` takes them.
        y: Targets, likewise, or None.
        sample_weight: What each row counts, as :func:`row_weights` takes it, or None.
        budget: Bytes that lazy data may take when copied whole; a share of the free memory when None.

    Raises:
        DataError: If there are no rows, or the numbers of rows differ.
        DataTypeError: If some data are not real numbers.
    """

    def __init__(
        self, x: Any, y: Any = None, sample_weight: Any = None, *, budget: int | None = None
    ) -> None:
        self.x: Tree = as_tree(x, "x")
        self.y: Tree = as_tree(y, "y")
        self.rows = common_rows(self.x, self.y)
        self.sample_weight: Tree = row_weights(self.y, sample_weight)
        self.first_row = 0
        self._budget = budget

    @property
    def resident(self) -> bool:
        """Whether the data are to be copied to the device as a whole.

        False when the lazy leaves together are larger there than the budget: then they are streamed.
        """
        lazy = [leaf for leaf in self._leaves() if isinstance(leaf, LazyRows)]
        if not lazy:
            return True
        budget = default_budget() if self._budget is None else self._budget
        return sum(math.prod(leaf.shape) * device_dtype(leaf.dtype).itemsize for leaf in lazy) <= budget

    def batch(self) -> Batch:
        """Return all rows as they are, lazy ones unread."""
        return Batch(self.x, self.y, self.sample_weight)

    def take(self, indices: HostArray) -> Batch:
        """Gather rows into memory.

        Args:
            indices: Row numbers in [0, rows), shape (n,); in any order.

        Returns:
            NumPy arrays of n rows, in the order of ``indices``.
        """
        chosen = np.asarray(indices)
        return self._mapped(
            lambda leaf: (
                leaf.take(chosen) if isinstance(leaf, LazyRows) else np.take(np.asarray(leaf), chosen, 0)
            )
        )

    def slice(self, start: int, stop: int) -> Batch:
        """Read neighbouring rows into memory; arrays that are there already are not copied.

        Args:
            start: The first row.
            stop: One past the last row, at most ``rows``.

        Returns:
            NumPy arrays of ``stop - start`` rows.
        """
        return self._mapped(
            lambda leaf: (
                leaf.read(start, stop) if isinstance(leaf, LazyRows) else np.asarray(leaf)[start:stop]
            )
        )

    def buffers(self, rows: int, *, finite: bool = True) -> Batch:
        """Copy all data into buffers for the device: cast, checked and padded with zeros.

        Args:
            rows: The rows of each buffer, at least ``self.rows``.
            finite: Whether to refuse NaN and infinity.

        Returns:
            Aligned arrays of ``rows`` rows in the dtypes of the device.

        Raises:
            DataError: If a number is not finite or does not fit, naming argument, row and column.
        """
        return Batch(
            self._padded(self.x, rows, "x", finite),
            self._padded(self.y, rows, "y", finite),
            self._padded(self.sample_weight, rows, "sample_weight", finite),
        )

    def split_tail(self, fraction: float) -> tuple[Table, Table]:
        """Split off the last rows, as Keras' ``validation_split`` does: before any shuffling.

        The first floor(rows (1 - fraction)) rows stay.

        Args:
            fraction: The share of the rows to split off, in (0, 1).

        Returns:
            The rows that stay, and the tail; nothing is copied.

        Raises:
            ConfigurationError: If ``fraction`` is out of its range.
            DataError: If one part would have no rows.
        """
        if (
            isinstance(fraction, bool)
            or not isinstance(fraction, float | int | np.number)
            or not 0 < fraction < 1
        ):
            raise ConfigurationError(
                f"`validation_split` must be a fraction between 0 and 1; received: {fraction!r}. Use 0.1 to "
                "keep the last tenth of the rows for validation."
            )
        split_at = math.floor(self.rows * (1.0 - fraction))
        if split_at in (0, self.rows):
            empty = "training" if split_at == 0 else "validation"
            raise DataError(
                f"`validation_split` must leave rows for both parts; received: {fraction!r} of {self.rows} "
                f"rows, which leaves none for {empty}. Give more rows, another fraction, or "
                "`validation_data`."
            )
        return self._window(0, split_at), self._window(split_at, self.rows)

    def weighted(self, class_weight: Any) -> Table:
        """Return the same data with each row's weight multiplied by that of its class.

        Args:
            class_weight: Weights by class number, or None, which changes nothing.

        Raises:
            ConfigurationError: If there is not exactly one output, or ``class_weight`` is no such mapping.
        """
        if class_weight is None:
            return self
        return self._with(
            Batch(self.x, self.y, row_weights(self.y, self.sample_weight, class_weight)), self.rows
        )

    def _leaves(self) -> list[Any]:
        return [leaf for tree in (self.x, self.y) for leaf in leaves_of(tree) if leaf is not None]

    def _mapped(self, function: Any) -> Batch:
        return Batch(*(map_leaves(function, tree) for tree in (self.x, self.y, self.sample_weight)))

    def _window(self, start: int, stop: int) -> Table:
        part = self._with(
            self._mapped(
                lambda leaf: (
                    leaf.window(start, stop) if isinstance(leaf, LazyRows) else np.asarray(leaf)[start:stop]
                )
            ),
            stop - start,
        )
        part.first_row = self.first_row + start
        return part

    def _with(self, data: Batch, rows: int) -> Table:
        """Build a table of data that have been checked before."""
        table = object.__new__(Table)
        table.x, table.y, table.sample_weight = data
        table.rows, table.first_row, table._budget = rows, self.first_row, self._budget
        return table

    def _padded(self, tree: Tree, rows: int, root: str, finite: bool) -> Tree:
        leaves, structure = flatten(tree)
        copies = [
            None if leaf is None else padded_copy(leaf, rows, place, first_row=self.first_row, finite=finite)
            for leaf, place in zip(leaves, paths(structure, root), strict=True)
        ]
        return unflatten(structure, copies)
