from __future__ import annotations

import h5py
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.sparse
from keras.src.trainers.data_adapters.array_slicing import train_validation_split

from ranvier.errors import ConfigurationError, DataError
from ranvier.training.data import table as module
from ranvier.training.data.rows import LazyRows
from ranvier.training.data.table import Table

X = np.arange(24.0).reshape(12, 2)
Y = np.arange(12)
W = np.linspace(0, 1, 12)


@pytest.fixture(params=["numpy", "jax", "mapped", "stored", "sparse", "list"])
def x(request, tmp_path):
    if request.param == "mapped":
        np.save(tmp_path / "x.npy", X)
        yield np.load(tmp_path / "x.npy", mmap_mode="r")
    elif request.param == "stored":
        with h5py.File(tmp_path / "x.h5", "w") as file:
            yield file.create_dataset("x", data=X)
    else:
        yield {
            "numpy": X,
            "jax": jnp.asarray(X, jnp.float32),
            "sparse": scipy.sparse.csc_array(X),
            "list": X.tolist(),
        }[request.param]


def test_rows_are_gathered_in_the_order_given(x):
    indices = np.array([7, 0, 7, 11], np.int32)
    batch = Table(x, Y, W).take(indices)
    np.testing.assert_array_equal(batch.x, X[indices])
    np.testing.assert_array_equal(batch.y, Y[indices])
    np.testing.assert_array_equal(batch.sample_weight, W.astype(np.float32)[indices])
    assert batch.rows == 4
    assert all(type(part) is np.ndarray for part in batch)


def test_slices_and_buffers(x):
    table = Table(x, Y, W)
    np.testing.assert_array_equal(table.slice(3, 6).x, X[3:6])
    buffers = table.buffers(16)
    np.testing.assert_array_equal(buffers.x, np.pad(X, ((0, 4), (0, 0))).astype(np.float32))
    np.testing.assert_array_equal(buffers.y, np.pad(Y, (0, 4)).astype(np.int32))
    assert [part.dtype for part in buffers] == [np.float32, np.int32, np.float32]


def test_a_tail_is_split_off_without_copying(x):
    training, validation = Table(x, Y, W).split_tail(0.25)
    assert (training.rows, validation.rows) == (9, 3)
    assert (training.first_row, validation.first_row) == (0, 9)
    np.testing.assert_array_equal(training.slice(0, 9).x, X[:9])
    np.testing.assert_array_equal(validation.take(np.array([2, 0])).x, X[[11, 9]])
    np.testing.assert_array_equal(validation.sample_weight, W[9:].astype(np.float32))
    assert isinstance(validation.x, LazyRows) == (
        not isinstance(x, list | np.ndarray) or isinstance(x, np.memmap)
    ) or (type(x).__module__.startswith("jax"))


@pytest.mark.parametrize("rows", [2, 3, 7, 10, 100, 999])
@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.25, 1 / 3, 0.5, 0.7, 0.9, np.float32(0.2)], ids=str)
def test_the_split_is_keras(rows, fraction):
    values = np.arange(rows, dtype="float32")
    try:
        theirs = [part.array for part in train_validation_split(values, fraction)]
    except AttributeError:
        theirs = list(train_validation_split(values, fraction))
    except ValueError:
        with pytest.raises(DataError, match="`validation_split` must leave rows for both parts"):
            Table(values).split_tail(fraction)
        return
    ours = [part.x for part in Table(values).split_tail(fraction)]
    for mine, their in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(mine, np.asarray(their))


@pytest.mark.parametrize(
    ("fraction", "error", "sentence"),
    [
        (1.5, ConfigurationError, r"a fraction between 0 and 1; received: 1\.5"),
        (-0.1, ConfigurationError, r"received: -0\.1"),
        (True, ConfigurationError, "received: True"),
        ("0.1", ConfigurationError, r"received: '0\.1'"),
        (float("nan"), ConfigurationError, "received: nan"),
        (0.99, DataError, r"received: 0\.99 of 12 rows, which leaves none for training"),
        (1e-17, DataError, "of 12 rows, which leaves none for validation"),
    ],
)
def test_a_split_of_nothing_is_refused(fraction, error, sentence):
    with pytest.raises(error, match=sentence):
        Table(X).split_tail(fraction)


def test_trees_keep_their_form():
    table = Table({"b": X, "a": [Y, X]}, [Y, None], [W, None])
    batch = table.take(np.array([1, 2]))
    assert list(batch.x) == ["a", "b"]
    np.testing.assert_array_equal(batch.x["a"][0], Y[1:3])
    assert batch.y[1] is None
    assert batch.sample_weight[1] is None
    assert table.buffers(12).y[1] is None
    assert table.batch().x["b"] is X


def test_arrays_in_memory_are_not_copied():
    assert np.shares_memory(Table(X).slice(2, 5).x, X)
    assert np.shares_memory(Table(X).split_tail(0.5)[1].x, X)


def test_messages_of_a_tail_count_from_the_first_row_of_all():
    values = X.copy()
    values[10, 1] = np.nan
    with pytest.raises(DataError, match="`x` must hold finite numbers; received: NaN in row 10, column 1"):
        Table(values).split_tail(0.25)[1].buffers(8)
    assert np.isnan(Table(values).buffers(12, finite=False).x[10, 1])


def test_the_bad_leaf_is_named():
    with pytest.raises(DataError, match=r"`y\['b'\]` must hold finite"):
        Table(X, {"a": Y, "b": np.full(12, np.inf)}).buffers(12)


def test_only_lazy_data_beyond_the_budget_are_streamed(monkeypatch):
    sparse = scipy.sparse.csr_array(X)
    assert Table(X, budget=0).resident
    assert Table(sparse, budget=12 * 2 * 4).resident
    assert not Table(sparse, budget=12 * 2 * 4 - 1).resident
    assert not Table([sparse, sparse], Y, budget=12 * 2 * 4).resident
    assert Table(sparse, budget=80).split_tail(0.1)[0].resident  # 10 rows of 2 float32 numbers
    assert not Table(sparse, budget=79).split_tail(0.1)[0].resident
    monkeypatch.setattr(module, "default_budget", lambda: 10)
    assert not Table(sparse).resident


def test_classes_multiply_the_weights():
    table = Table(X, Y % 2, W)
    np.testing.assert_array_equal(
        table.weighted({1: 2.0}).sample_weight, (W * (1 + Y % 2)).astype(np.float32)
    )
    assert table.weighted(None) is table
    assert table.weighted({1: 2.0}).rows == 12
    np.testing.assert_array_equal(table.sample_weight, W.astype(np.float32))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((X, Y[:5]), r"received: `x` 12, `y` 5"),
        ((X[:0], Y[:0]), r"at least one row; received: `x` with 0 rows"),
        ((X, Y, W[:5]), r"one weight for each row of `y`, 12; received: `sample_weight` with 5"),
        (([], []), r"at least one row"),
    ],
)
def test_data_that_do_not_fit_together_are_refused(arguments, sentence):
    with pytest.raises(DataError, match=sentence):
        Table(*arguments)
