from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

from ranvier.errors import DataTypeError
from ranvier.training.data.dtypes import (
    check_numeric,
    check_numeric_dtype,
    device_dtype,
    is_floating,
    is_numeric,
)

DEVICE = {
    "bool": "bool",
    "int8": "int8",
    "int16": "int16",
    "int32": "int32",
    "int64": "int32",
    "uint8": "uint8",
    "uint16": "uint16",
    "uint32": "uint32",
    "uint64": "uint32",
    "float16": "float32",
    "float32": "float32",
    "float64": "float32",
    "longdouble": "float32",
    ">f8": "float32",
    ">i4": "int32",
    ml_dtypes.bfloat16: "float32",
    ml_dtypes.float8_e4m3fn: "float32",
    ml_dtypes.int4: "int8",
    ml_dtypes.uint4: "uint8",
}


@pytest.mark.parametrize(("host", "device"), DEVICE.items(), ids=str)
def test_every_numeric_dtype_has_one_on_the_device(host, device):
    assert device_dtype(host) == np.dtype(device)
    assert device_dtype(host).isnative
    assert is_numeric(np.dtype(host))
    check_numeric_dtype(host, "x")


def test_floating():
    assert is_floating(np.dtype("float16"))
    assert is_floating(np.dtype(ml_dtypes.bfloat16))
    assert not is_floating(np.dtype(ml_dtypes.int4))
    assert not is_floating(np.dtype("int64"))


@pytest.mark.parametrize("dtype", ["complex64", "U3", "object", "datetime64[s]", "V8"])
def test_other_dtypes_have_none(dtype):
    with pytest.raises(DataTypeError, match="Expected a numeric dtype"):
        device_dtype(dtype)


REFUSED = [
    (np.array(["cat", "dog"]), r"strings such as 'cat'\. Replace every category by an integer"),
    (np.array([b"cat"]), r"strings such as"),
    (np.array(["a"], dtype=np.dtypes.StringDType()), r"strings such as 'a'"),
    (np.array([1j]), r"complex numbers \(complex128\)\. Give real and imaginary parts"),
    (np.array(["2020-01-01"], dtype="datetime64[D]"), r"dates \(datetime64\[D\]\)\. Turn them into numbers"),
    (np.array([3], dtype="timedelta64[h]"), r"time differences \(timedelta64\[h\]\)"),
    (np.zeros(2, [("age", "f4"), ("size", "i4")]), r"records with the fields 'age', 'size'"),
    (np.zeros(2, "V8"), r"values of dtype \|V8"),
    (np.array([1, 2.5], object), r"an object array of numbers\. Convert with `astype\('float32'\)`"),
    (np.array([1, "two"], object), r"an object array with strings such as 'two'"),
    (np.array([1, None], object), r"an object array with missing values \(None\)\. Fill them"),
    (np.array([[1], [1, 2]], object), r"an object array of sequences.*pad_sequences"),
    (np.array([{}], object), r"an object array of dict"),
    (np.array([], object), r"an object array\. Convert"),
]


@pytest.mark.parametrize(("array", "sentence"), REFUSED, ids=[str(case[0].dtype) for case in REFUSED])
def test_what_is_not_a_real_number_is_refused_with_advice(array, sentence):
    with pytest.raises(DataTypeError, match=r"`x\['a'\]` must hold real numbers; received: " + sentence):
        check_numeric(array, "x['a']")
    assert issubclass(DataTypeError, TypeError)


def test_without_the_values_the_sentence_has_no_example():
    with pytest.raises(DataTypeError, match=r"received: strings\. Replace"):
        check_numeric_dtype(np.dtype("U3"), "x")
    with pytest.raises(DataTypeError, match=r"received: an object array\."):
        check_numeric_dtype(np.dtype(object), "x")
