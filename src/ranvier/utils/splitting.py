"""Divide a data set in two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, DataTypeError
from ranvier.random import generator, next_seed

if TYPE_CHECKING:
    from collections.abc import Callable


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
) -> tuple[Any, Any]:
    """Divide a data set into a left and a right part, for example for training and testing.

    Args:
        dataset: An array, or a list, tuple or dict (nested at will) of arrays with one row per
            sample; pandas frames and SciPy's sparse matrices count as arrays.
        left_size: Number of rows on the left, or their fraction between 0 and 1; what the right
            leaves when None.
        right_size: The same for the right, whose rows are the last ones.
        shuffle: Whether to shuffle the rows first.
        seed: Seed of the shuffling; drawn from the global seed when None.

    Returns:
        The left and the right part, each of the structure of ``dataset``.

    Raises:
        ConfigurationError: If the sizes cannot be met, or leave a side without rows.
        DataError: If the arrays differ in their numbers of rows.
        DataTypeError: If ``dataset`` is something else.

    Example:
        >>> train, test = split_dataset(np.arange(10), right_size=0.2)
        >>> test
        array([8, 9])
    """
    leaves: list[Any] = []
    _collect(dataset, leaves)
    rows = _common_length(leaves)
    left, right = _sizes(left_size, right_size, rows)
    if not shuffle:
        if seed is not None:
            raise ConfigurationError("`seed` has a meaning only with shuffle=True.")
        left_rows: Any = slice(0, left)
        right_rows: Any = slice(rows - right, rows)
    else:
        order = generator(next_seed() if seed is None else seed).permutation(rows)
        left_rows, right_rows = order[:left], order[rows - right :]
    return _map(dataset, _taker(left_rows)), _map(dataset, _taker(right_rows))


def _collect(dataset: Any, leaves: list[Any]) -> None:
    if isinstance(dataset, dict):
        parts = list(dataset.values())
    elif isinstance(dataset, list | tuple):
        parts = list(dataset)
    elif len(getattr(dataset, "shape", ())):
        leaves.append(dataset)
        return
    else:
        raise DataTypeError(
            "`split_dataset` expects an array or a list, tuple or dict of arrays with one row per sample; "
            f"received: {type(dataset).__name__}. Convert it with `numpy.asarray` first."
        )
    for part in parts:
        _collect(part, leaves)


def _common_length(leaves: list[Any]) -> int:
    lengths = sorted({int(leaf.shape[0]) for leaf in leaves})
    if not lengths or lengths == [0]:
        raise DataError("`split_dataset` received an empty data set; give at least one array with rows.")
    if len(lengths) > 1:
        raise DataError(f"`split_dataset` expects arrays of one length; received lengths: {lengths}.")
    return lengths[0]


def _sizes(left: float | None, right: float | None, rows: int) -> tuple[int, int]:
    if left is None and right is None:
        raise ConfigurationError("Give `left_size`, `right_size` or both to `split_dataset`.")
    if isinstance(left, float) and isinstance(right, float) and left + right > 1:
        raise ConfigurationError(f"`left_size` + `right_size` must not exceed 1; received: {left} + {right}.")
    left_rows = rows - _count("right_size", right, rows) if left is None else _count("left_size", left, rows)
    right_rows = rows - left_rows if right is None else _count("right_size", right, rows)
    if left_rows + right_rows > rows or not left_rows or not right_rows:
        raise ConfigurationError(
            "Each part must have at least one row and both together no more than there are; "
            f"received: {rows} rows to split into {left_rows} and {right_rows}. "
            "Change `left_size` or `right_size`."
        )
    return left_rows, right_rows


def _count(argument: str, size: Any, rows: int) -> int:
    if isinstance(size, int | np.integer) and not isinstance(size, bool) and 0 < size < rows:
        return int(size)
    if isinstance(size, float | np.floating) and 0 < size < 1:
        return round(float(size) * rows)
    raise ConfigurationError(
        f"`{argument}` must be an integer from 1 to {rows - 1} or a fraction between 0 and 1, both excluded; "
        f"received: {size!r}."
    )


def _taker(rows: Any) -> Callable[[Any], Any]:
    return lambda leaf: leaf.iloc[rows] if hasattr(leaf, "iloc") else leaf[rows]


def _map(dataset: Any, function: Callable[[Any], Any]) -> Any:
    if isinstance(dataset, dict):
        return {key: _map(part, function) for key, part in dataset.items()}
    if isinstance(dataset, tuple) and hasattr(dataset, "_fields"):
        return type(dataset)(*(_map(part, function) for part in dataset))
    if isinstance(dataset, list | tuple):
        return type(dataset)(_map(part, function) for part in dataset)
    return function(dataset)
