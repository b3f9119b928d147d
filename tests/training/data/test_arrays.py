from __future__ import annotations

import array
from collections import namedtuple

import h5py
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from ranvier.errors import DataError, DataTypeError, ShapeError
from ranvier.training.data.arrays import as_array, as_tree
from ranvier.training.data.rows import MappedRows, SparseRows, StoredRows

Pair = namedtuple("Pair", ["left", "right"])


class Tensor:
    """Stands for a tensor of PyTorch: gradients and devices stand between it and NumPy."""

    shape = (2,)

    def __init__(self, values, steps=()):
        self.values, self.steps = values, steps

    def detach(self):
        return Tensor(self.values, (*self.steps, "detach"))

    def cpu(self):
        return Tensor(self.values, (*self.steps, "cpu"))

    def __array__(self, dtype=None, copy=None):
        if self.steps != ("detach", "cpu"):
            raise RuntimeError("Can't call numpy() on a tensor that requires grad")
        return np.asarray(self.values)


class Image:
    """Stands for whatever NumPy can read through an attribute."""

    def __init__(self, values):
        self.__array_interface__ = values.__array_interface__
        self.values = values


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "int32", "int64", "uint8", "uint16", "float16", "float32", "float64", ">f8"]
)
def test_numpy_arrays_come_back_as_they_are(dtype):
    values = np.zeros((3, 2), dtype)
    assert as_array(values, "x") is values


def test_jax_arrays_stay_where_they_are():
    values = jnp.ones((3, 2), jnp.bfloat16)
    assert as_array(values, "x") is values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2, 3], np.array([1, 2, 3])),
        ([[1, 2], [3, 4.5]], np.array([[1, 2], [3, 4.5]])),
        (([1, 2], [3, 4]), np.array([[1, 2], [3, 4]])),
        ([True, False], np.array([True, False])),
        ([np.float32(1), np.float32(2)], np.array([1, 2], np.float32)),
        ([jnp.float32(1), jnp.float32(2)], np.array([1, 2], np.float32)),
        (range(3), np.arange(3)),
        (array.array("f", [1, 2]), np.array([1, 2], np.float32)),
        (Tensor([1.5, 2.5]), np.array([1.5, 2.5])),
        (Image(np.ones((2, 2), np.uint8)), np.ones((2, 2), np.uint8)),
        (np.matrix([[1.0, 2.0]]), np.array([[1.0, 2.0]])),
        (np.ma.masked_array([1.0, 2.0]), np.array([1.0, 2.0])),
        (pd.DataFrame({"a": [1.5], "b": [2.5]}), np.array([[1.5, 2.5]])),
        ([], np.array([])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_data_become_numpy_arrays(value, expected):
    converted = as_array(value, "x")
    assert type(converted) is np.ndarray
    assert converted.dtype == expected.dtype
    np.testing.assert_array_equal(converted, expected)


def test_mapped_files_are_not_read(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((4, 2)))
    mapped = as_array(np.load(tmp_path / "x.npy", mmap_mode="r"), "x")
    assert isinstance(mapped, MappedRows)
    assert as_array(mapped, "x") is mapped


def test_data_sets_of_hdf5_are_not_read(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        assert isinstance(as_array(file.create_dataset("x", data=np.ones((4, 2))), "x"), StoredRows)
        with pytest.raises(
            DataTypeError, match=r"`x\['names'\]` must hold real numbers; received: an object"
        ):
            as_tree({"names": file.create_dataset("names", data=["a", "b"])}, "x")
        with pytest.raises(ShapeError, match="a single number"):
            as_array(file.create_dataset("number", data=3.0), "x")


@pytest.mark.parametrize("form", ["csr_array", "csc_matrix", "coo_array", "lil_matrix"])
def test_sparse_matrices_stay_sparse(form):
    rows = as_array(getattr(scipy.sparse, form)(np.eye(3)), "x")
    assert isinstance(rows, SparseRows)
    np.testing.assert_array_equal(rows.read(0, 3), np.eye(3))


def test_sparse_data_are_matrices_of_real_numbers():
    with pytest.raises(ShapeError, match=r"A sparse `x` must have two dimensions; received: shape \(3,\)"):
        as_array(scipy.sparse.coo_array(np.ones(3)), "x")
    with pytest.raises(DataTypeError, match="complex"):
        as_array(scipy.sparse.csr_array(np.eye(2) * 1j), "x")


class Dense:
    """Stands for a sparse tensor of a library that NumPy cannot read."""

    def todense(self):
        raise AssertionError


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("the file is gone")


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        (3.5, ShapeError, r"`x` must have rows along its first axis; received: a single number\. Wrap it"),
        (np.float32(3), ShapeError, "a single number"),
        (
            [[1, 2], [3]],
            ShapeError,
            r"equal shapes; received: 2 values in row 0 and 1 value in row 1\..*pad_sequences",
        ),
        ([1, [2, 3]], ShapeError, r"a single value in row 0 and 2 values in row 1"),
        ([[[1], [2]], [[3], [4, 5]]], ShapeError, "inhomogeneous"),
        (["cat", "dog"], DataTypeError, "strings such as 'cat'"),
        ([1, "dog"], DataTypeError, "strings such as '1'"),
        ([1.0, None], DataTypeError, "missing values"),
        ([10**30, 1], DataTypeError, "object array of numbers"),
        (np.array([1, 2], object), DataTypeError, "object array of numbers"),
        ([1j, 2], DataTypeError, "complex numbers"),
        (1j, ShapeError, "a single number"),
        (np.array(["2020"], "datetime64[D]"), DataTypeError, "dates"),
        ("images.npy", DataTypeError, r"received: the text 'images\.npy'\. Load the file it names"),
        (b"abc", DataTypeError, r"received: the text b'abc'"),
        ({1, 2}, DataTypeError, "received: a set, whose elements have no order"),
        (object(), DataTypeError, r"received: object\. Convert it with `numpy.asarray`"),
        (Dense(), DataTypeError, "Dense. Make it dense and regular"),
        (Broken(), DataTypeError, r"Broken, which answered: the file is gone\. Convert it"),
        (
            np.ma.masked_array([1, 2], [True, False]),
            DataError,
            r"must not have masked values; received: 1 of them",
        ),
        (pd.DataFrame({"city": ["a"]}), DataTypeError, r"'city' \(String\)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_data_is_refused_with_advice(value, error, sentence):
    with pytest.raises(error, match=sentence):
        as_array(value, "x")


def test_random_keys_are_no_data():
    with pytest.raises(DataTypeError, match=r"random keys \(key<"):
        as_array(jax.random.key(0), "x")


TREES = [
    (np.ones(2), "leaf"),
    ([1, 2], "leaf"),
    ([[1, 2], [3, 4]], "leaf"),
    ([np.ones(2), np.ones(3)], [np.ones(2), np.ones(3)]),
    ((np.ones(2), [1, 2]), (np.ones(2), np.array([1, 2]))),
    ([[1, 2], np.ones(2)], [np.array([1, 2]), np.ones(2)]),
    ([[np.ones(2)], [[1, 2]]], [[np.ones(2)], np.array([[1, 2]])]),
    ({"a": [1, 2], "b": {"c": np.ones(2)}}, {"a": np.array([1, 2]), "b": {"c": np.ones(2)}}),
    ([{"a": [1]}], [{"a": np.array([1])}]),
    ([None, np.ones(2)], [None, np.ones(2)]),
    ([None, None], [None, None]),
    (Pair([1.0], np.ones(1)), Pair(np.ones(1), np.ones(1))),
    ([pd.Series([1.0]), pd.DataFrame({"a": [2.0]})], [np.array([1.0]), np.array([[2.0]])]),
    (None, None),
]


@pytest.mark.parametrize(("value", "expected"), TREES, ids=lambda value: str(type(value).__name__))
def test_lists_of_arrays_are_trees_and_lists_of_numbers_are_arrays(value, expected):
    tree = as_tree(value, "x")
    if isinstance(expected, str):
        assert isinstance(tree, np.ndarray)
        return
    if isinstance(expected, list | tuple):
        assert type(tree) is Pair if isinstance(value, Pair) else type(tree) is type(expected)
    jax.tree.map(np.testing.assert_array_equal, tree, expected)


def test_a_tensor_of_unknown_rank_makes_a_tree():
    class Unranked:
        class shape:  # noqa: N801
            def __len__(self):
                raise ValueError("Cannot take the length of shape with unknown rank")

        shape = shape()

        def __array__(self, dtype=None, copy=None):
            return np.ones(2)

    assert isinstance(as_tree([Unranked()], "x")[0], np.ndarray)


def test_a_place_inside_a_tree_is_named():
    with pytest.raises(DataTypeError, match=r"`x\['a'\]\[1\]` must hold real numbers"):
        as_tree({"a": [np.ones(2), np.array(["b"])]}, "x")
