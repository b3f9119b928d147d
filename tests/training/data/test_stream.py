from __future__ import annotations

import warnings

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from keras.src.trainers.epoch_iterator import EpochIterator

from ranvier.errors import ConfigurationError, DataError, DataTypeError, ShapeError
from ranvier.training.data.sequence import PyDataset
from ranvier.training.data.stream import Stream

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10) % 3


def _batches(sizes=(4, 4, 2)):
    start = 0
    for size in sizes:
        yield X[start : start + size], Y[start : start + size]
        start += size


class Again:
    def __init__(self, *batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


class Slices(PyDataset):
    def __init__(self, count=3):
        super().__init__()
        self.count, self.begun, self.ended = count, 0, 0

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return np.full((2, 1), index, "float32"), np.full(2, index)

    def on_epoch_begin(self):
        self.begun += 1

    def on_epoch_end(self):
        self.ended += 1


def _first(stream, number=0):
    return [int(batch.x.flat[0]) for batch in stream.epoch(number)]


def test_a_generator_gives_its_batches():
    batches = list(Stream(_batches()).epoch())
    assert [batch.rows for batch in batches] == [4, 4, 2]
    np.testing.assert_array_equal(np.concatenate([batch.x for batch in batches]), X)
    assert all(batch.sample_weight is None for batch in batches)


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        (X, (X, None, None)),
        ((X,), (X, None, None)),
        ([X, Y], (X, Y, None)),
        ((X, Y, Y), (X, Y, Y)),
        ({"a": X, "b": Y}, ({"a": X, "b": Y}, None, None)),
        (((X, Y), {"c": Y}), ((X, Y), {"c": Y}, None)),
        ((X.tolist(), Y.tolist()), (X, Y, None)),
        ((pd.DataFrame(X), pd.Series(Y)), (X, Y, None)),
        ((scipy.sparse.csr_array(X), Y), (X, Y, None)),
        ((jnp.asarray(X, jnp.float32), Y), (X, Y, None)),
    ],
)
def test_every_form_of_a_batch(item, parts):
    import jax

    (batch,) = Stream(iter([item])).epoch()
    jax.tree.map(np.testing.assert_array_equal, tuple(batch), parts)


def test_memory_mapped_batches_are_read(tmp_path):
    np.save(tmp_path / "x.npy", X)
    (batch,) = Stream(iter([np.load(tmp_path / "x.npy", mmap_mode="r")])).epoch()
    assert type(batch.x) is np.ndarray


def test_the_first_batch_can_be_looked_at():
    stream = Stream(_batches())
    assert stream.peek() is stream.peek()
    assert [batch.rows for batch in stream.epoch()] == [4, 4, 2]
    dataset = Slices()
    stream = Stream(dataset)
    assert stream.peek().x[0, 0] == 0
    assert (dataset.begun, dataset.ended) == (1, 0)
    assert _first(stream) == [0, 1, 2] == _first(stream)
    assert (dataset.begun, dataset.ended) == (2, 2)


def test_looking_at_a_later_epoch_takes_its_order():
    orders = [_first(Stream(Slices(20), shuffle=True, seed=1), number) for number in (0, 5)]
    stream = Stream(Slices(20), shuffle=True, seed=1)
    stream.peek(5)
    assert _first(stream, 5) == orders[1] != orders[0]


def test_nothing_to_look_at():
    stream = Stream(iter([X]))
    list(stream.epoch())
    with (
        pytest.warns(UserWarning, match="ran out"),
        pytest.raises(DataError, match=r"has come to its end\. Create it anew"),
    ):
        stream.peek()
    with pytest.raises(DataError, match="at least one batch; received: a list_iterator without any"):
        Stream(iter([])).peek()


@pytest.mark.parametrize("origin", [Again(), Slices(0), iter([])], ids=["iterable", "data set", "iterator"])
def test_data_without_a_batch_are_refused(origin):
    with pytest.raises(DataError, match="The data must give at least one batch; received: a"):
        list(Stream(origin).epoch())


def test_a_generator_runs_on_and_then_out():
    stream = Stream(_batches((2, 2, 2)), steps_per_epoch=2)
    assert stream.steps == 2
    assert len(list(stream.epoch(0))) == 2
    with pytest.warns(
        UserWarning,
        match=r"ran out after 1 of 2 steps of epoch 2: a generator has given 3 batches in all\. To go "
        r"on, give an object whose `__iter__` starts again, or lower `steps_per_epoch` or the epochs",
    ):
        assert len(list(stream.epoch(1))) == 1
    with pytest.warns(UserWarning, match="after 0 of 2 steps of epoch 3"):
        assert list(stream.epoch(2)) == []


def test_a_generator_that_ends_by_itself_is_no_accident():
    stream = Stream(_batches())
    assert stream.steps is None
    assert len(list(stream.epoch(0))) == 3
    with pytest.warns(UserWarning, match="after 0 steps of epoch 2"):
        assert list(stream.epoch(1)) == []


def test_an_epoch_that_is_left_early_is_not_lost():
    stream = Stream(iter([X, X + 1, X + 2]))
    for batch in stream.epoch(0):
        assert batch.rows == 10
        break
    assert _first(stream, 1) == [1, 2]


@pytest.mark.parametrize(("count", "steps"), [(10, 4), (6, 3), (3, 5), (4, None)])
def test_epochs_of_a_data_set_are_keras(count, steps):
    import keras

    class OfKeras(keras.utils.PyDataset):
        def __init__(self):
            super().__init__()

        __len__ = Slices.__len__
        __getitem__ = Slices.__getitem__

    dataset = OfKeras()
    dataset.count = count
    iterator = EpochIterator(dataset, steps_per_epoch=steps)
    stream = Stream(dataset, steps_per_epoch=steps)
    assert stream.steps == iterator.num_batches
    for number in range(5):
        with warnings.catch_warnings(record=True) as of_keras:
            warnings.simplefilter("always")
            theirs = [int(item[0].flat[0]) for _, _, step in iterator.enumerate_epoch() for item in step]
        with warnings.catch_warnings(record=True) as of_ours:
            warnings.simplefilter("always")
            assert _first(stream, number) == theirs
        assert bool(of_ours) == bool(of_keras)


def test_evaluation_starts_again():
    stream = Stream(Again(X, X + 1, X + 2), steps_per_epoch=2, resumes=False)
    assert [_first(stream) for _ in range(2)] == [[0, 1], [0, 1]]


def test_classes_weigh_each_batch():
    stream = Stream(iter([(X, Y), (X, Y)]), class_weight={2: 5.0})
    for batch in stream.epoch():
        np.testing.assert_array_equal(batch.sample_weight, np.where(Y == 2, 5.0, 1.0))
    stream = Stream(iter([(X, Y, np.full(10, 2.0))]), class_weight={2: 5.0})
    np.testing.assert_array_equal(next(stream.epoch()).sample_weight, np.where(Y == 2, 10.0, 2.0))
    with pytest.raises(ConfigurationError, match="`class_weight` weighs targets"):
        list(Stream(iter([X]), class_weight={2: 5.0}).epoch())


@pytest.mark.parametrize(
    ("second", "error", "sentence"),
    [
        ((X, Y[:5]), DataError, r"received: `x` 10, `y` 5"),
        ((X[:0], Y[:0]), DataError, "at least one row"),
        ((X,), ShapeError, r"received: `y` missing after with 1 dimension\."),
        ((X, Y, Y), ShapeError, r"received: `sample_weight` with 1 dimension after missing\."),
        ((X[:, :, None], Y), ShapeError, r"received: `x` with 3 dimensions after with 2 dimensions\."),
        (([X, X], Y), ShapeError, r"received: `x` missing after with 2 dimensions"),
        (({"a": X}, Y), ShapeError, r"received: `x` missing"),
        ((X.astype(str), Y), DataTypeError, "`x` must hold real numbers; received: strings"),
        ((X, Y, Y, Y), DataError, r"It must hold \(x,\), \(x, y\) or .*received: a tuple of 4"),
        ((3.0, Y), ShapeError, "a single number"),
    ],
)
def test_a_bad_batch_is_refused_by_its_number(second, error, sentence):
    stream = Stream(iter([(X, Y), second]))
    with pytest.raises(error, match=r"^Batch 2 of a list_iterator cannot be used\. .*" + sentence):
        list(stream.epoch())


def test_lengths_inside_a_row_may_differ():
    batches = list(Stream(iter([np.ones((2, 5)), np.ones((3, 7))])).epoch())
    assert [batch.x.shape for batch in batches] == [(2, 5), (3, 7)]


def test_arguments_are_checked():
    with pytest.raises(
        ConfigurationError, match="`validation_steps` must be an integer of at least 1; received: 0"
    ):
        Stream(_batches(), steps_per_epoch=0, steps_name="validation_steps")
    with pytest.raises(DataTypeError, match="something that yields batches"):
        Stream(3)
