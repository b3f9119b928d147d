"""Mean and variance of data that arrive in pieces, on the host and in double precision."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ranvier.errors import DataTypeError

_CHUNK = 1 << 22
"""How many numbers of an array are converted to double precision at once."""


class Moments:
    """Running mean and biased variance (Chan, Golub and LeVeque 1979).

    Args:
        axes: The axes of a batch over which both are taken.
    """

    def __init__(self, axes: tuple[int, ...]) -> None:
        self.axes = axes
        self.count = 0
        self.mean: Any = np.zeros(())
        self._squares: Any = np.zeros(())

    def add(self, batch: np.ndarray[Any, Any]) -> None:
        """Take in further data.

        Args:
            batch: An array; its sizes along the other axes are those of all batches.
        """
        count = math.prod(batch.shape[axis] for axis in self.axes)
        if count == 0:
            return
        values = batch.astype(np.float64)
        mean = values.mean(axis=self.axes)
        squares = np.square(values - np.expand_dims(mean, self.axes)).sum(axis=self.axes)
        total = self.count + count
        shift = mean - self.mean
        self.mean = self.mean + shift * (count / total)
        self._squares = self._squares + squares + np.square(shift) * (self.count * count / total)
        self.count = total

    @property
    def variance(self) -> Any:
        """The mean of the squared deviations so far."""
        return self._squares / max(self.count, 1)


def batches_of(data: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield numeric batches: pieces of an array, or what a list or generator of batches holds.

    Args:
        data: An array or frame; numbers in nested lists; or batches, where a tuple stands for
            ``(inputs, targets, ...)``.

    Raises:
        DataTypeError: If the values are not numbers.
    """
    if hasattr(data, "shape") or (
        isinstance(data, list | tuple) and not any(hasattr(_inputs(item), "shape") for item in data)
    ):
        yield from _pieces(_numeric(data))
    elif hasattr(data, "__iter__"):
        for item in data:
            yield _numeric(_inputs(item))
    elif hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        for index in range(len(data)):
            yield _numeric(_inputs(data[index]))
    else:
        raise DataTypeError(
            f"`adapt` takes an array, or a list or generator of batches; received: {type(data).__name__}."
        )


def _pieces(array: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    rows = max(_CHUNK // max(math.prod(array.shape[1:]), 1), 1)
    for start in range(0, len(array), rows):
        yield array[start : start + rows]


def _inputs(item: Any) -> Any:
    return item[0] if isinstance(item, tuple) and item else item


def _numeric(values: Any) -> np.ndarray[Any, Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataTypeError(f"`adapt` takes arrays of numbers; received: {type(values).__name__}.") from error
    if array.dtype.kind not in "biuf" and str(array.dtype) != "bfloat16":
        raise DataTypeError(f"`adapt` takes arrays of numbers; received dtype: {array.dtype}.")
    # One number an example is a feature of its own, as Keras takes it.
    return array.reshape(-1, 1) if array.ndim == 1 else array
