from __future__ import annotations

import inspect
from itertools import islice

import keras
import pytest

from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.training.data.sequence import PyDataset, Sequence


class Three(PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return index * 10


def test_the_face_is_keras():
    assert (
        inspect.signature(PyDataset).parameters.keys()
        == inspect.signature(keras.utils.PyDataset).parameters.keys()
    )
    public = {name for name in vars(keras.utils.PyDataset) if not name.startswith("_")}
    assert public <= set(dir(PyDataset))
    assert Sequence is PyDataset


def test_batches_by_number():
    dataset = Three(workers=2, max_queue_size=4)
    assert list(dataset) == [0, 10, 20]
    assert dataset.num_batches == 3
    assert (dataset.workers, dataset.use_multiprocessing, dataset.max_queue_size) == (2, False, 4)
    dataset.on_epoch_begin()
    dataset.on_epoch_end()


def test_an_endless_data_set():
    class Endless(PyDataset):
        num_batches = None

        def __getitem__(self, index):
            return index

    assert list(islice(Endless(), 4)) == [0, 1, 2, 3]


def test_the_constructor_need_not_be_called():
    class Silent(Three):
        def __init__(self):
            pass

    assert (Silent().workers, Silent().use_multiprocessing, Silent().max_queue_size) == (1, False, 10)


def test_settings_can_be_changed_and_are_checked():
    dataset = Three(workers=0)
    assert dataset.workers == 0
    dataset.workers = 3
    dataset.max_queue_size = 2
    dataset.use_multiprocessing = False
    assert (dataset.workers, dataset.max_queue_size) == (3, 2)
    with pytest.raises(ConfigurationError, match="`workers` must be an integer"):
        dataset.workers = -1
    with pytest.raises(ConfigurationError, match="`max_queue_size` must be an integer"):
        Three(max_queue_size=0)


def test_processes_are_refused():
    with pytest.raises(
        UnsupportedError, match=r"prepared by threads .*use_multiprocessing=True\. Set `workers`"
    ):
        Three(use_multiprocessing=True)
    with pytest.raises(NotImplementedError):
        Three().use_multiprocessing = True


def test_what_a_subclass_must_define():
    with pytest.raises(UnsupportedError, match=r"does not say how many batches it has\. Define `__len__`"):
        _ = PyDataset().num_batches
    with pytest.raises(UnsupportedError, match=r"does not give batches\. Define `__getitem__"):
        PyDataset()[0]
