from __future__ import annotations

import warnings

import numpy as np
import pytest
from keras.src.trainers.epoch_iterator import EpochIterator

from ranvier.errors import ConfigurationError, DataError, UnknownNameError
from ranvier.training.data import batches
from ranvier.training.data.batches import (
    BatchPlan,
    bucket,
    check_count,
    check_shuffle,
    chunk_permutation,
    epoch_window,
    permutation,
)


def test_buckets_worked_by_hand():
    sizes = {
        1: 8,
        8: 8,
        9: 16,
        63: 64,
        64: 64,
        65: 72,
        128: 128,
        129: 144,
        1437: 1536,
        1438: 1536,
        60000: 61440,
    }
    assert {rows: bucket(rows) for rows in sizes} == sizes


def test_buckets_waste_at_most_an_eighth_and_are_eight_an_octave():
    rows = np.arange(1, 5000)
    sizes = np.array([bucket(int(number)) for number in rows])
    assert (sizes >= rows).all()
    assert (np.diff(sizes) >= 0).all()
    assert ((sizes - rows)[rows >= 64] < rows[rows >= 64] / 8).all()
    assert ((sizes - rows)[rows < 64] < 8).all()
    assert len(set(sizes[(rows > 1024) & (rows <= 2048)])) == 8
    assert all(bucket(int(size)) == size for size in sizes)


def test_permutations_follow_seed_and_epoch():
    order = permutation(100, 7, 3)
    assert order.dtype == np.int32
    assert sorted(order) == list(range(100))
    np.testing.assert_array_equal(order, permutation(100, 7, 3))
    assert (order != permutation(100, 7, 4)).any()
    assert (order != permutation(100, 8, 3)).any()


def test_more_rows_than_int32_can_number(monkeypatch):
    monkeypatch.setattr(batches, "_LARGEST_INDEX", 4)
    assert permutation(4, 0, 0).dtype == np.int32
    assert permutation(5, 0, 0).dtype == np.int64


def test_chunks_are_shuffled_as_wholes_and_the_smaller_one_stays_last():
    order = chunk_permutation(23, 4, 1, 2)
    assert sorted(order) == list(range(23))
    assert order[20:].tolist() == [20, 21, 22]
    starts = order[:20:4]
    np.testing.assert_array_equal(order[:20].reshape(5, 4), starts[:, None] + np.arange(4))
    assert sorted(starts) == [0, 4, 8, 12, 16]
    assert (starts != [0, 4, 8, 12, 16]).any()


@pytest.mark.parametrize(
    ("rows", "batch_size", "steps"), [(10, 1, 4), (10, 3, 2), (10, 3, 4), (9, 3, 5), (5, 8, 1), (7, 2, None)]
)
def test_epochs_take_the_rows_that_keras_takes(rows, batch_size, steps):
    x = np.arange(rows, dtype="float32")[:, None]
    iterator = EpochIterator(x, batch_size=batch_size, steps_per_epoch=steps)
    plan = BatchPlan(rows, batch_size, steps_per_epoch=steps)
    assert plan.steps == iterator.num_batches
    for epoch in range(6):
        with warnings.catch_warnings(record=True) as of_keras:
            warnings.simplefilter("always")
            theirs = [np.asarray(data)[:, 0] for _, _, step in iterator.enumerate_epoch() for data in step]
        with warnings.catch_warnings(record=True) as of_ours:
            warnings.simplefilter("always")
            ours = plan.order(epoch)
        np.testing.assert_array_equal(ours, np.concatenate(theirs))
        assert len(theirs) == -(-len(ours) // batch_size)
        assert bool(of_ours) == bool(of_keras)


def test_a_pass_that_runs_out_is_told():
    plan = BatchPlan(10, 4, steps_per_epoch=5, steps_name="validation_steps")
    with pytest.warns(
        UserWarning,
        match=r"ran out after 3 of 5 steps of epoch 2, .*10 rows in batches of 4 give 3 steps.*`valid",
    ):
        plan.order(1)


def test_epochs_of_one_pass_make_up_its_permutation():
    plan = BatchPlan(12, 3, shuffle=True, seed=5, steps_per_epoch=2)
    first = np.concatenate([plan.order(0), plan.order(1)])
    second = np.concatenate([plan.order(2), plan.order(3)])
    np.testing.assert_array_equal(first, permutation(12, 5, 0))
    np.testing.assert_array_equal(second, permutation(12, 5, 1))


@pytest.mark.parametrize("shuffle", [False, True, "batch"])
def test_every_epoch_takes_every_row_once(shuffle):
    plan = BatchPlan(11, 4, shuffle=shuffle, seed=3)
    orders = [plan.order(epoch) for epoch in range(3)]
    assert plan.steps == plan.steps_per_pass == 3
    for order in orders:
        assert order.dtype == np.int32
        assert sorted(order) == list(range(11))
    assert (orders[0] != orders[1]).any() == bool(shuffle)


@pytest.mark.parametrize(
    ("given", "size"), [({}, 32), ({"steps_per_epoch": 3}, 34), ({"batch_size": np.int64(7)}, 7)]
)
def test_the_size_of_a_batch(given, size):
    assert BatchPlan(100, **given).batch_size == size


def test_windows_worked_by_hand():
    assert [epoch_window(10, 4, epoch) for epoch in range(4)] == [(0, 0, 4), (0, 4, 8), (0, 8, 10), (1, 0, 4)]


@pytest.mark.parametrize("value", [0, -1, 2.0, True, "32"])
def test_counts_are_positive_integers(value):
    with pytest.raises(
        ConfigurationError, match=rf"`batch_size` must be an integer of at least 1; received: {value!r}\."
    ):
        BatchPlan(10, value)
    with pytest.raises(ConfigurationError, match="`steps` must be"):
        BatchPlan(10, steps_per_epoch=value, steps_name="steps")
    check_count(None, "steps")


def test_there_must_be_rows():
    with pytest.raises(DataError, match="at least one row; received: 0"):
        BatchPlan(0)


def test_shuffle_has_three_values():
    with pytest.raises(
        UnknownNameError, match=r"Unknown shuffle; received: 'batches'\. Did you mean 'batch'"
    ):
        BatchPlan(10, shuffle="batches")
    with pytest.raises(ConfigurationError, match="`shuffle` must be True, False or 'batch'; received: 1"):
        check_shuffle(1)
    check_shuffle(np.bool_(True))
