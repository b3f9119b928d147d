from __future__ import annotations

import threading

import keras
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataTypeError, UnsupportedError
from ranvier.training.data.batches import permutation
from ranvier.training.data.feeds import IterableFeed, SequenceFeed, feed_of, is_dataset
from ranvier.training.data.sequence import PyDataset


class Numbers(PyDataset):
    """Batches that are their own numbers; remembers what happened to it."""

    def __init__(self, count, **options):
        super().__init__(**options)
        self.count, self.log, self.threads = count, [], set()

    @property
    def num_batches(self):
        return self.count

    def __getitem__(self, index):
        self.log.append(index)
        self.threads.add(threading.current_thread().name)
        return index

    def on_epoch_begin(self):
        self.log.append("begin")

    def on_epoch_end(self):
        self.log.append("end")


class Countdown:
    """Can be iterated over again and again; says its length if it has one."""

    def __init__(self, *items):
        self.items, self.started = items, 0

    def __iter__(self):
        self.started += 1
        return iter(self.items)


class Sized(Countdown):
    def __len__(self):
        return len(self.items)


class Unsized(Countdown):
    def __len__(self):
        raise TypeError("the data set is endless")


class Indexed:
    """An older data set: batches by number, no base class."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index > 2:
            raise AssertionError
        return index


def _feed(origin, steps=None, resumes=True, shuffle=False, seed=0):
    return feed_of(origin, steps=steps, resumes=resumes, shuffle=shuffle, seed=seed)


def test_an_iterator_is_passed_through_once():
    feed = _feed(iter(range(5)), steps=2)
    assert feed.one_shot
    assert feed.steps == 2
    assert [list(feed.epoch(number)) for number in range(4)] == [[0, 1], [2, 3], [4], []]
    assert _feed(iter([])).steps is None


@pytest.mark.parametrize("kind", [Countdown, Sized, Unsized])
def test_an_iterable_starts_again(kind):
    feed = _feed(kind(1, 2, 3))
    assert feed.steps == (3 if kind is Sized else None)
    assert [list(feed.epoch(number)) for number in range(2)] == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize("kind", [Countdown, Sized])
def test_an_iterable_that_is_cut_goes_on(kind):
    feed = _feed(kind(1, 2, 3, 4), steps=2)
    assert [list(feed.epoch(number)) for number in range(3)] == [[1, 2], [3, 4], [1, 2]]
    feed = _feed(kind(1, 2, 3), steps=2)
    assert [list(feed.epoch(number)) for number in range(3)] == [[1, 2], [3], [1, 2]]


def test_without_resuming_each_epoch_starts_again():
    feed = _feed(Countdown(1, 2, 3), steps=2, resumes=False)
    assert [list(feed.epoch(number)) for number in range(2)] == [[1, 2], [1, 2]]


def test_nothing_more_is_read_than_wanted():
    origin = iter(range(10))
    assert list(_feed(origin, steps=3).epoch(0)) == [0, 1, 2]
    assert next(origin) == 3


def test_an_empty_iterable_is_asked_once():
    origin = Countdown()
    assert list(_feed(origin, steps=2).epoch(0)) == []
    assert origin.started == 1


@pytest.mark.parametrize("workers", [0, 1, 2, 4])
def test_hooks_surround_the_batches_of_an_epoch(workers):
    dataset = Numbers(5, workers=workers, max_queue_size=2)
    feed = _feed(dataset)
    assert list(feed.epoch(0)) == [0, 1, 2, 3, 4]
    assert dataset.log[0] == "begin"
    assert dataset.log[-1] == "end"
    assert sorted(dataset.log[1:-1]) == [0, 1, 2, 3, 4]
    assert (workers > 1) == any(name.startswith("ranvier-batches") for name in dataset.threads)


def test_threads_are_at_most_the_queue_ahead():
    dataset = Numbers(100, workers=2, max_queue_size=3)
    batches = _feed(dataset).epoch(0)
    assert next(batches) == 0
    batches.close()
    assert len(dataset.log) <= 1 + 4
    assert "end" not in dataset.log


def test_an_error_in_a_thread_comes_in_its_turn():
    class Failing(Numbers):
        def __getitem__(self, index):
            if index == 2:
                raise KeyError("no such image")
            return index

    batches = _feed(Failing(5, workers=2)).epoch(0)
    assert [next(batches), next(batches)] == [0, 1]
    with pytest.raises(KeyError, match="no such image"):
        next(batches)


def test_batches_are_shuffled_by_seed_and_epoch():
    feed = _feed(Numbers(20), shuffle=True, seed=9)
    for number in (0, 1, 0):
        assert list(feed.epoch(number)) == permutation(20, 9, number).tolist()


def test_a_cut_data_set_goes_on_where_it_stopped():
    feed = _feed(Numbers(5), steps=2)
    assert [list(feed.epoch(number)) for number in range(4)] == [[0, 1], [2, 3], [4], [0, 1]]
    feed = _feed(Numbers(5), steps=2, shuffle=True, seed=4)
    together = [index for number in range(3) for index in feed.epoch(number)]
    assert together == permutation(5, 4, 0).tolist()
    feed = _feed(Numbers(5), steps=2, resumes=False)
    assert [list(feed.epoch(number)) for number in range(2)] == [[0, 1], [0, 1]]


def test_an_endless_data_set_needs_steps():
    feed = _feed(Numbers(None), steps=3)
    assert [list(feed.epoch(number)) for number in range(2)] == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(
        ConfigurationError, match="without an end needs a number of steps; received: a Numbers"
    ):
        _feed(Numbers(None))


def test_an_empty_data_set():
    assert list(_feed(Numbers(0)).epoch(0)) == []
    assert list(_feed(Numbers(0), steps=2, shuffle=True).epoch(0)) == []


def test_data_sets_of_other_houses_are_recognised():
    class OfKeras(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return index

    for origin, count in ((OfKeras(workers=2), 2), (Indexed(), 3)):
        assert is_dataset(origin)
        feed = _feed(origin)
        assert isinstance(feed, SequenceFeed)
        assert list(feed.epoch(0)) == list(range(count))
    with pytest.raises(UnsupportedError, match="received: an OfKeras with use_multiprocessing=True"):
        _feed(OfKeras(use_multiprocessing=True))


def test_rows_of_pytorch_want_a_loader():
    dataset = type("Images", (Indexed,), {"__module__": "torch.utils.data.dataset"})()
    with pytest.raises(
        DataTypeError, match=r"single rows; received: an Images\. Wrap it in `torch.utils.data.DataLoader"
    ):
        is_dataset(dataset)


def test_what_gives_no_batches_is_refused():
    assert not is_dataset(np.ones(3))
    assert isinstance(_feed(Countdown()), IterableFeed)
    with pytest.raises(DataTypeError, match="something that yields batches; received: an object"):
        _feed(object())
