from __future__ import annotations

import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import scipy.sparse

from ranvier.errors import DataError, ShapeError
from ranvier.training.data import copying
from ranvier.training.data.arrays import as_array
from ranvier.training.data.copying import aligned_empty, check_finite, copy_rows, padded_copy


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(copying, "_BLOCK", 8)
    monkeypatch.setattr(copying, "_LAZY_BLOCK", 12)


def _values(dtype, shape=(11, 3)):
    return np.random.default_rng(0).uniform(0, 100, shape).astype(dtype)


@pytest.mark.parametrize(("shape", "dtype"), [((3, 5), "float32"), ((7,), "uint8"), ((4, 1, 2), "bool")])
def test_buffers_start_at_a_multiple_of_64_bytes(shape, dtype):
    for _ in range(5):
        buffer = aligned_empty(shape, dtype)
        assert buffer.shape == shape
        assert buffer.dtype == dtype
        assert buffer.ctypes.data % 64 == 0
        assert buffer.flags.c_contiguous
        assert buffer.flags.writeable


CASES = [
    ("float64", "float32"),
    ("float32", "float32"),
    ("float16", "float32"),
    ("longdouble", "float32"),
    (">f8", "float32"),
    ("int64", "int32"),
    ("uint64", "uint32"),
    ("uint8", "uint8"),
    ("bool", "bool"),
    (ml_dtypes.bfloat16, "float32"),
    (ml_dtypes.int4, "int8"),
]


@pytest.mark.parametrize(("host", "device"), CASES, ids=str)
@pytest.mark.parametrize("shape", [(11,), (11, 3), (11, 20), (11, 2, 2), (1, 1), (11, 0)])
def test_a_padded_copy_is_astype_and_zeros(host, device, shape):
    source = (_values("float64", shape) % 7).astype(host)
    copied = padded_copy(source, 16, "x")
    assert copied.shape == (16, *shape[1:])
    assert copied.dtype == np.dtype(device)
    np.testing.assert_array_equal(copied[: shape[0]], source.astype(device))
    assert not copied[shape[0] :].any()


@pytest.mark.parametrize("order", ["F", "strided", "jax", "sparse"])
def test_whatever_lies_otherwise_in_memory_is_copied_the_same(order):
    values = _values("float32")
    forms = {
        "F": np.asfortranarray(values),
        "strided": np.repeat(values, 2, axis=0)[::2],
        "jax": jnp.asarray(values),
        "sparse": as_array(scipy.sparse.csr_array(values), "x"),
    }
    np.testing.assert_array_equal(padded_copy(forms[order], 11, "x"), values)


def test_copying_into_a_wider_type_is_allowed():
    buffer = np.empty((4, 2), np.float32)
    copy_rows(np.array([[1, 2], [3, 2**40]]), buffer, "x")
    np.testing.assert_array_equal(buffer, [[1, 2], [3, 2.0**40], [0, 0], [0, 0]])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.nan, "finite numbers; received: NaN in row 9, column 1 "),
        (np.inf, "finite numbers; received: inf in row 9, column 1 "),
        (-np.inf, "finite numbers; received: -inf in row 9, column 1 "),
        (1e300, r"numbers that fit float32, at most 3\.4e\+38; received: 1e\+300 in row 9, column 1 .*Scale"),
    ],
)
@pytest.mark.parametrize("sparse", [False, True])
def test_the_first_bad_number_is_named(value, words, sparse):
    values = _values("float64")
    values[9, 1] = values[10, 0] = value
    with pytest.raises(DataError, match=r"`x\['a'\]` must hold " + words):
        padded_copy(as_array(scipy.sparse.csr_array(values) if sparse else values, "x"), 16, "x['a']")


@pytest.mark.parametrize(
    ("shape", "place", "words"),
    [
        ((11,), (10,), r"in row 10 \(counted from 0\)"),
        ((11, 2, 3), (4, 1, 2), r"in row 4, position \(1, 2\) \(counted from 0\)"),
    ],
)
def test_the_place_has_as_many_numbers_as_the_data(shape, place, words):
    values = _values("float32", shape)
    values[place] = np.nan
    with pytest.raises(DataError, match="received: NaN " + words):
        padded_copy(values, 11, "y")
    with pytest.raises(DataError, match=f"in row {place[0] + 100}"):
        padded_copy(values, 11, "y", first_row=100)
    with pytest.raises(DataError, match=words):
        check_finite(values, "y")


def test_bad_numbers_pass_where_they_are_allowed():
    values = np.array([[np.nan, np.inf, 1e300]])
    np.testing.assert_array_equal(padded_copy(values, 1, "x", finite=False), [[np.nan, np.inf, np.inf]])


def test_nan_in_small_floats_is_found():
    with pytest.raises(DataError, match="NaN in row 1"):
        padded_copy(np.array([1, np.nan], ml_dtypes.bfloat16), 2, "x")


@pytest.mark.parametrize(
    ("value", "dtype", "words"),
    [
        (2**31, "int64", r"from -2147483648 to 2147483647; received: 2147483648 in row 9, column 1 "),
        (-(2**31) - 1, "int64", r"received: -2147483649 in row 9, column 1 "),
        (2**32, "uint64", r"from 0 to 4294967295; received: 4294967296 in row 9, column 1 "),
    ],
)
def test_integers_that_do_not_fit_are_named(value, dtype, words):
    values = _values(dtype)
    values[9, 1] = value
    with pytest.raises(DataError, match="`x` must hold integers .*" + words):
        padded_copy(values, 16, "x")


def test_the_limits_themselves_fit():
    values = np.array([-(2**31), 2**31 - 1])
    np.testing.assert_array_equal(padded_copy(values, 2, "x"), values)


@pytest.mark.parametrize("shape", [(10, 3), (20, 2), (20,)])
def test_a_buffer_of_another_shape_is_refused(shape):
    with pytest.raises(ShapeError, match=r"`x` does not fit its buffer; .*received: \(11, 3\)"):
        copy_rows(_values("float32"), np.empty(shape, np.float32), "x")


def test_integers_are_always_finite():
    check_finite(np.array([1, 2]), "y")
