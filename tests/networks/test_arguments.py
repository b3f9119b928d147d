from __future__ import annotations

import json
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.networks.arguments import decoded, encoded
from ranvier.symbolic import Spec

VALUES = [
    None,
    True,
    3,
    0.1,
    float("inf"),
    "text",
    [1, (2, None), {"a": (3,)}],
    slice(None, -1, 2),
    (Ellipsis, slice(1), 0),
    np.dtype("int32"),
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_values_survive_json(value: Any) -> None:
    assert decoded(json.loads(json.dumps(encoded(value)))) == value


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int8", "bool", "uint8"])
def test_arrays_keep_their_dtype(dtype: str) -> None:
    array = np.array([[1, 0], [2, 3]]).astype(np.dtype(dtype) if dtype != "bfloat16" else ml_dtypes.bfloat16)
    again = decoded(json.loads(json.dumps(encoded(array))))
    np.testing.assert_array_equal(array, again)
    assert str(again.dtype) == dtype
    assert encoded(np.float32) == {"__dtype__": "float32"}
    assert decoded(encoded(np.float32(2))).shape == ()


def test_specs() -> None:
    again = decoded(encoded({"a": Spec((None, 3), "float32")}))["a"]
    assert (again.shape, again.dtype) == ((None, 3), "float32")


@pytest.mark.parametrize(
    "value",
    [object(), {1: 2}, {"__a": 1}, lambda: 0, b"bytes", {1, 2}, np.array(["a"])],
    ids=["object", "number", "reserved", "function", "bytes", "set", "strings"],
)
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(UnsupportedError, match="received: "):
        encoded(value)


@pytest.mark.parametrize(
    "value",
    [
        {"__tuple__": 3},
        {"__slice__": [1]},
        {"__array__": [[1, [2]], "float32"]},
        {"__array__": [[1], "O"]},
        {"__array__": [1]},
        {"__dtype__": "U5"},
        {"__dtype__": "nothing"},
        {"__spec__": [[-1], "float32"]},
        {"__tensor__": [0, 0]},
        {"__tuple__": [], "__slice__": []},
        {"__tuple__": [], "a": 1},
    ],
    ids=str,
)
def test_damaged_values_are_refused(value: Any) -> None:
    with pytest.raises(FileFormatError, match=r"damaged|no sense"):
        decoded(value)
