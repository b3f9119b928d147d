"""``tf.data.Dataset``: elements in order, as often as asked, and how many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import ops
from ranvier.compat.tensorflow.data import AUTOTUNE, Dataset, experimental
from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.random import set_random_seed

X = np.arange(10.0, dtype=np.float32).reshape(5, 2)
Y = np.arange(5)


def numbers(dataset: Dataset) -> list[Any]:
    return [np.asarray(each).tolist() for each in dataset]


def test_rows_of_arrays_tuples_and_dicts() -> None:
    np.testing.assert_array_equal(list(Dataset.from_tensor_slices(X)), X)
    pairs = list(Dataset.from_tensor_slices((X, [0, 1, 2, 3, 4])))
    assert pairs[3][1] == 3
    np.testing.assert_array_equal(pairs[3][0], X[3])
    rows = list(Dataset.from_tensor_slices({"x": X, "y": Y}).batch(2))
    np.testing.assert_array_equal(rows[1]["x"], X[2:4])
    assert numbers(Dataset.from_tensors(Y)) == [Y.tolist()]


def test_batches() -> None:
    dataset = Dataset.from_tensor_slices((X, Y)).batch(2, num_parallel_calls=AUTOTUNE)
    assert len(dataset) == 3
    for _ in range(2):
        assert [len(x) for x, _ in dataset] == [2, 2, 1]
    whole = Dataset.from_tensor_slices(Y).batch(2, drop_remainder=True)
    assert len(whole) == 2
    assert numbers(whole) == [[0, 1], [2, 3]]
    assert numbers(whole.unbatch()) == [0, 1, 2, 3]


def test_mapping_and_filtering() -> None:
    pairs = Dataset.from_tensor_slices((X, Y)).map(
        lambda x, y: (ops.sum(x), y * 2), num_parallel_calls=AUTOTUNE
    )
    assert [(float(x), int(y)) for x, y in pairs][:2] == [(1.0, 0), (5.0, 2)]
    assert numbers(Dataset.range(5).map(lambda x: x + 1).filter(lambda x: x % 2 == 0)) == [2, 4]
    assert numbers(Dataset.range(2).flat_map(lambda x: Dataset.range(int(x) + 1))) == [0, 0, 1]


def test_shuffling_draws_anew_each_time_and_follows_the_seed() -> None:
    def orders(**options: Any) -> list[list[int]]:
        set_random_seed(0)
        dataset = Dataset.range(20).shuffle(20, **options)
        return [numbers(dataset), numbers(dataset)]

    first = orders()
    assert first == orders()
    assert first[0] != first[1]
    assert sorted(first[0]) == list(range(20))
    fixed = orders(seed=3, reshuffle_each_iteration=False)
    assert fixed[0] == fixed[1]
    near = numbers(Dataset.range(100).shuffle(5, seed=1))
    assert sorted(near) == list(range(100))
    assert all(number <= place + 5 for place, number in enumerate(near))


def test_parts_and_repetitions() -> None:
    dataset = Dataset.range(1, 5)
    assert numbers(dataset.take(2)) == [1, 2]
    assert len(dataset.take(9)) == 4
    assert dataset.take(-1) is dataset
    assert numbers(dataset.skip(3)) == [4]
    assert len(dataset.skip(9)) == 0
    assert numbers(dataset.repeat(2)) == [1, 2, 3, 4] * 2
    assert len(dataset.repeat(2)) == 8
    assert numbers(dataset.repeat().skip(3).take(3)) == [4, 1, 2]
    assert len(dataset.repeat().take(6)) == 6
    assert numbers(dataset.concatenate(Dataset.range(1))) == [1, 2, 3, 4, 0]
    assert next((int(number), int(each)) for number, each in dataset.enumerate(5)) == (5, 1)
    assert [(int(a), int(b)) for a, b in Dataset.zip((dataset, Dataset.range(2)))] == [(1, 0), (2, 1)]
    assert len(Dataset.zip(dataset, dataset.repeat())) == 4


def test_counts() -> None:
    endless = Dataset.range(3).repeat()
    unknown = Dataset.range(3).filter(lambda x: x > 0)
    assert experimental.cardinality(endless) == -1
    assert experimental.cardinality(unknown) == experimental.cardinality(unknown.batch(2)) == -2
    for dataset in (endless, unknown, endless.skip(1), unknown.repeat(2), endless.concatenate(unknown)):
        with pytest.raises(TypeError, match="not known, or has no end"):
            len(dataset)
    assert bool(Dataset.range(0))
    assert repr(Dataset.range(3)) == "<Dataset of 3 elements>"
    assert "unknown many" in repr(unknown)


def test_generators_caches_and_reading() -> None:
    readings = []

    def source(start: int) -> Any:
        readings.append(start)
        yield from ((start + each, [each]) for each in range(2))

    dataset = Dataset.from_generator(source, args=(5,), output_types=("int32", "int32")).cache()
    for _ in range(3):
        assert [int(x) for x, _ in dataset.prefetch(AUTOTUNE)] == [5, 6]
    assert readings == [5]
    assert dataset.reduce(0, lambda state, each: state + int(each[0])) == 11
    assert next(Dataset.range(3).as_numpy_iterator()) == 0


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: Dataset.from_tensor_slices((X, Y[:2])), DataError, r"lengths: \[2, 5\]"),
        (lambda: Dataset.from_tensor_slices(3.0), DataError, "one length"),
        (lambda: Dataset.range(3).batch(0), ConfigurationError, "`batch_size`"),
        (lambda: Dataset.range(3).batch(2, size=1), ConfigurationError, "'size'"),
        (lambda: Dataset.range(3).map(abs, size=1), ConfigurationError, "'size'"),
        (lambda: Dataset.range(3).shuffle(0), ConfigurationError, "`buffer_size`"),
        (lambda: Dataset.range(3).cache("file"), ConfigurationError, "in memory only"),
        (lambda: Dataset.from_generator(range, shapes=1), ConfigurationError, "'shapes'"),
        (
            lambda: list(Dataset.from_generator(lambda: iter(([1], [1, 2]))).batch(2)),
            ShapeError,
            "one shape",
        ),
    ],
)
def test_faults(call: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        call()


def test_elements_have_the_method_numpy() -> None:
    for x, y in Dataset.from_tensor_slices((X, Y)).batch(2).take(1):
        assert x.numpy().tolist() == X[:2].tolist()
        assert y.numpy().dtype == Y.dtype
    assert [int(each.numpy()) for each in Dataset.range(3)] == [0, 1, 2]
