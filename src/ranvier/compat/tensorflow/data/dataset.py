"""``tf.data.Dataset``: elements that are read one after the other, as often as asked."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.host_values import with_numpy_method
from ranvier.ops import convert_to_numpy
from ranvier.random import generator, next_seed

AUTOTUNE = -1
"""Accepted where TensorFlow takes a number of threads; elements are made in one."""

_ENDLESS, _UNKNOWN = -1, -2


class Dataset:
    """Elements (arrays, or tuples and dicts of arrays) that can be read again and again.

    Elements are NumPy arrays with a method ``numpy()``, made when they are read; nothing runs in the
    background.

    Args:
        elements: Returns a fresh iterator over the elements.
        count: Their number; -1 for no end, -2 if it is not known.
    """

    def __init__(self, elements: Callable[[], Iterator[Any]], count: int) -> None:
        self._elements = elements
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return (_mapped(each, with_numpy_method) for each in self._elements())

    def __len__(self) -> int:
        if self._count < 0:
            raise TypeError("The number of elements of this data set is not known, or has no end.")
        return self._count

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Dataset of {self._count if self._count >= 0 else 'unknown many'} elements>"

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """Return the rows of arrays, of a tuple of arrays, or of a dict of them.

        Raises:
            DataError: If there are none, or their lengths differ.
        """
        arrays = _converted(tensors)
        leaves = _leaves(arrays)
        lengths = sorted({len(leaf) if leaf.ndim else -1 for leaf in leaves})
        if len(lengths) != 1 or lengths[0] < 0:
            raise DataError(f"Arrays must have one length; received lengths: {lengths}.")
        count = lengths[0]
        return Dataset(lambda: map(functools.partial(_row, arrays), range(count)), count)

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """Return one element."""
        return Dataset(lambda: iter((_converted(tensors),)), 1)

    @staticmethod
    def from_generator(generator: Callable[..., Iterable[Any]], args: Any = (), **signature: Any) -> Dataset:
        """Return what a function yields; types and shapes are taken from the elements."""
        unknown = set(signature) - {"output_signature", "output_types", "output_shapes"}
        if unknown:
            raise ConfigurationError(f"`from_generator` does not know the argument {sorted(unknown)[0]!r}.")
        return Dataset(lambda: (_converted(each) for each in generator(*args)), _UNKNOWN)

    @staticmethod
    def range(*bounds: int) -> Dataset:
        """Return whole numbers, as Python's ``range`` does."""
        numbers = range(*bounds)
        return Dataset(lambda: (np.int64(number) for number in numbers), len(numbers))

    @staticmethod
    def zip(*datasets: Any) -> Dataset:
        """Return tuples of elements, one of each data set, as many as the shortest has."""
        parts = datasets[0] if len(datasets) == 1 and isinstance(datasets[0], tuple) else datasets
        known = [part.cardinality() for part in parts]
        finite = [count for count in known if count != _ENDLESS]
        count = _UNKNOWN if _UNKNOWN in finite else min(finite, default=_ENDLESS)
        return Dataset(lambda: zip(*parts, strict=False), count)

    def batch(self, batch_size: int, drop_remainder: bool = False, **threads: Any) -> Dataset:
        """Return several elements joined along a new first axis; the last batch may be smaller."""
        _only_threads("batch", threads)
        if batch_size < 1:
            raise ConfigurationError(f"`batch_size` must be at least 1; received: {batch_size!r}.")

        def batches() -> Iterator[Any]:
            elements = self._elements()
            while group := list(itertools.islice(elements, batch_size)):
                if len(group) < batch_size and drop_remainder:
                    return
                yield _joined(group)

        whole = self._count // batch_size if drop_remainder else -(-self._count // batch_size)
        return Dataset(batches, whole if self._count >= 0 else self._count)

    def unbatch(self) -> Dataset:
        """Return the rows of each element."""
        return self.flat_map(Dataset.from_tensor_slices)

    def shuffle(
        self, buffer_size: int, seed: int | None = None, reshuffle_each_iteration: bool | None = None
    ) -> Dataset:
        """Return the elements in another order: each drawn from the next ``buffer_size`` ones."""
        if buffer_size < 1:
            raise ConfigurationError(f"`buffer_size` must be at least 1; received: {buffer_size!r}.")
        root = next_seed() if seed is None else int(seed)
        readings = itertools.count()

        def shuffled() -> Iterator[Any]:
            reading = next(readings) if reshuffle_each_iteration is not False else 0
            draw = generator(root, reading)
            elements = self._elements()
            buffer = list(itertools.islice(elements, buffer_size))
            for element in elements:
                place = int(draw.integers(len(buffer)))
                yield buffer[place]
                buffer[place] = element
            draw.shuffle(buffer)
            yield from buffer

        return Dataset(shuffled, self._count)

    def map(
        self, map_func: Callable[..., Any], num_parallel_calls: int | None = None, **threads: Any
    ) -> Dataset:
        """Return what a function makes of each element; of a tuple it gets the parts."""
        del num_parallel_calls
        _only_threads("map", threads)
        return Dataset(
            lambda: (_converted(_applied(map_func, each)) for each in self._elements()), self._count
        )

    def flat_map(self, map_func: Callable[..., Iterable[Any]]) -> Dataset:
        """Return the elements of the data sets that a function makes of the elements."""
        return Dataset(
            lambda: itertools.chain.from_iterable(_applied(map_func, each) for each in self._elements()),
            _UNKNOWN,
        )

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """Return the elements for which a function says yes."""
        return Dataset(
            lambda: (each for each in self._elements() if bool(_applied(predicate, each))), _UNKNOWN
        )

    def repeat(self, count: int | None = None) -> Dataset:
        """Return the elements several times over, without end by default."""
        if count is None or count < 0:
            return Dataset(lambda: itertools.chain.from_iterable(itertools.repeat(self)), _ENDLESS)
        times = self._count * count if self._count >= 0 else self._count
        return Dataset(lambda: itertools.chain.from_iterable(itertools.repeat(self, count)), times)

    def take(self, count: int) -> Dataset:
        """Return the first elements; all of them for -1."""
        if count < 0:
            return self
        known = {_ENDLESS: count, _UNKNOWN: _UNKNOWN}.get(self._count, min(count, self._count))
        return Dataset(lambda: itertools.islice(self._elements(), count), known)

    def skip(self, count: int) -> Dataset:
        """Return the elements after the first ones."""
        known = max(self._count - count, 0) if self._count >= 0 else self._count
        return Dataset(lambda: itertools.islice(self._elements(), count, None), known)

    def concatenate(self, dataset: Dataset) -> Dataset:
        """Return the elements of this data set, then those of another."""
        counts = (self._count, dataset.cardinality())
        return Dataset(
            lambda: itertools.chain(self, dataset), sum(counts) if min(counts) >= 0 else min(counts)
        )

    def enumerate(self, start: int = 0) -> Dataset:
        """Return pairs of a number and an element."""
        return Dataset(
            lambda: ((np.int64(number), each) for number, each in enumerate(self._elements(), start)),
            self._count,
        )

    def prefetch(self, buffer_size: int) -> Dataset:
        """Return the same elements: they are made when they are read, and ``fit`` reads ahead by itself."""
        del buffer_size
        return self

    def cache(self, filename: str = "") -> Dataset:
        """Return the same elements, kept in memory from the first complete reading on."""
        if filename:
            raise ConfigurationError(f"Elements are cached in memory only; received: filename={filename!r}.")
        kept: list[list[Any]] = []

        def cached() -> Iterator[Any]:
            if kept:
                yield from kept[0]
                return
            read = []
            for each in self._elements():
                read.append(each)
                yield each
            kept.append(read)

        return Dataset(cached, self._count)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Return an iterator over the elements."""
        return self._elements()

    def reduce(self, initial_state: Any, reduce_func: Callable[[Any, Any], Any]) -> Any:
        """Return what a function of a state and an element makes of all elements."""
        state = initial_state
        for each in self._elements():
            state = reduce_func(state, each)
        return state

    def cardinality(self) -> int:
        """Return the number of elements; -1 for no end, -2 if it is not known."""
        return self._count


def _only_threads(method: str, options: dict[str, Any]) -> None:
    unknown = set(options) - {"num_parallel_calls", "deterministic", "name"}
    if unknown:
        raise ConfigurationError(f"`Dataset.{method}` does not know the argument {sorted(unknown)[0]!r}.")


def _applied(function: Callable[..., Any], element: Any) -> Any:
    return function(*element) if isinstance(element, tuple) else function(element)


def _mapped(tree: Any, function: Callable[[Any], Any]) -> Any:
    if isinstance(tree, tuple):
        return tuple(_mapped(each, function) for each in tree)
    if isinstance(tree, dict):
        return {key: _mapped(each, function) for key, each in tree.items()}
    return function(tree)


def _row(arrays: Any, row: int) -> Any:
    return _mapped(arrays, lambda leaf: leaf[row])


def _converted(tree: Any) -> Any:
    """Turn every leaf into a NumPy array; a list is one array, as in TensorFlow."""
    return _mapped(
        tree, lambda leaf: leaf if isinstance(leaf, np.ndarray | np.generic) else convert_to_numpy(leaf)
    )


def _leaves(tree: Any) -> list[Any]:
    if isinstance(tree, tuple | dict):
        parts = tree.values() if isinstance(tree, dict) else tree
        return [leaf for part in parts for leaf in _leaves(part)]
    return [tree]


def _joined(group: list[Any]) -> Any:
    first = group[0]
    if isinstance(first, tuple):
        return tuple(_joined([each[place] for each in group]) for place in range(len(first)))
    if isinstance(first, dict):
        return {key: _joined([each[key] for each in group]) for key in first}
    shapes = {np.shape(each) for each in group}
    if len(shapes) > 1:
        raise ShapeError(f"Elements of a batch must have one shape; received shapes: {sorted(shapes)}.")
    return np.stack(group)
