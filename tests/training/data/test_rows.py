from __future__ import annotations

import h5py
import numpy as np
import pytest
import scipy.sparse

from ranvier.training.data.rows import MappedRows, SparseRows, StoredRows, is_mapped

DENSE = np.arange(36, dtype=np.float64).reshape(12, 3)
DENSE[DENSE % 4 == 1] = 0

INDICES = [
    [3, 0, 11, 3],
    [5, 4, 6],
    [0],
    [],
    [11, 11, 11],
    list(range(12)),
]


@pytest.fixture(params=["mapped", "stored", "sparse"])
def lazy(request, tmp_path):
    if request.param == "mapped":
        np.save(tmp_path / "rows.npy", DENSE)
        yield MappedRows(np.load(tmp_path / "rows.npy", mmap_mode="r"))
    elif request.param == "stored":
        with h5py.File(tmp_path / "rows.h5", "w") as file:
            yield StoredRows(file.create_dataset("rows", data=DENSE))
    else:
        yield SparseRows(scipy.sparse.csr_array(DENSE))


def test_shape_and_dtype(lazy):
    assert lazy.shape == (12, 3)
    assert lazy.ndim == 2
    assert len(lazy) == 12
    assert lazy.dtype == np.float64


@pytest.mark.parametrize("indices", INDICES, ids=str)
def test_take_is_numpys(lazy, indices):
    taken = lazy.take(np.array(indices, np.int32))
    np.testing.assert_array_equal(taken, DENSE[np.array(indices, int)])
    assert isinstance(taken, np.ndarray)


def test_read_is_a_slice(lazy):
    np.testing.assert_array_equal(lazy.read(2, 5), DENSE[2:5])
    np.testing.assert_array_equal(lazy.read(10, 99), DENSE[10:])


def test_a_window_counts_from_its_own_start(lazy):
    window = lazy.window(3, 10)
    assert window.shape == (7, 3)
    np.testing.assert_array_equal(window.read(0, 99), DENSE[3:10])
    np.testing.assert_array_equal(window.take(np.array([6, 0, 2])), DENSE[[9, 3, 5]])
    np.testing.assert_array_equal(window.window(1, 3).read(0, 2), DENSE[4:6])


def test_a_file_is_asked_in_ascending_order_and_once_for_each_row():
    class Recorder:
        shape, dtype = (12, 3), np.dtype(np.float64)
        asked = None

        def __getitem__(self, key):
            self.asked = key
            return DENSE[key]

    origin = Recorder()
    StoredRows(origin).take(np.array([7, 2, 7, 9]))
    assert origin.asked.tolist() == [2, 7, 9]
    StoredRows(origin).take(np.array([4, 3, 5, 3]))
    assert origin.asked == slice(3, 6)


def test_views_of_a_mapped_file_are_recognised(tmp_path):
    DENSE.tofile(tmp_path / "rows.bin")
    mapped = np.memmap(tmp_path / "rows.bin", np.float64, "r", shape=(12, 3))
    assert is_mapped(mapped)
    assert is_mapped(mapped[2:])
    assert is_mapped(np.asarray(mapped))
    assert is_mapped(np.asarray(mapped).reshape(3, 12)[1:])
    assert not is_mapped(np.array(mapped))
    assert not is_mapped(DENSE[1:])
