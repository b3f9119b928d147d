from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataError, DataTypeError, LabelError
from ranvier.utils import to_categorical

RNG = np.random.default_rng(0)
LABELS = {
    "list": [0, 2, 1],
    "column": np.array([[0], [3], [1]]),
    "matrix": RNG.integers(0, 4, (3, 5)),
    "matrix of columns": RNG.integers(0, 4, (3, 5, 1)),
    "one": np.array([2]),
    "scalar": 2,
    "floats": np.array([0.0, 2.0]),
    "bytes": np.array([0, 3], "uint8"),
    "booleans": np.array([True, False]),
}


def test_by_hand():
    np.testing.assert_array_equal(to_categorical([1, 0, 2]), [[0, 1, 0], [1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("num_classes", [None, 4, 6])
@pytest.mark.parametrize("name", LABELS)
def test_equals_keras(keras, name, num_classes):
    ours = to_categorical(LABELS[name], num_classes)
    theirs = keras.utils.to_categorical(LABELS[name], num_classes)
    np.testing.assert_array_equal(ours, theirs)
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)


@pytest.mark.parametrize("labels", [[0, 2, 1], [[0], [3], [1]], [[0, 1], [2, 3]], [-1, 9]])
def test_engine_arrays_equal_keras(keras, labels):
    labels = jnp.asarray(labels)
    ours = to_categorical(labels, 4)
    theirs = keras.utils.to_categorical(labels, 4)
    assert isinstance(ours, jax.Array)
    np.testing.assert_array_equal(ours, theirs)
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)


def test_engine_arrays_when_classes_are_inferred_and_when_traced():
    labels = jnp.asarray([0, 2])
    np.testing.assert_array_equal(to_categorical(labels), [[1, 0, 0], [0, 0, 1]])
    with jax.numpy_dtype_promotion("strict"):
        encoded = jax.jit(lambda x: to_categorical(x, 3))(labels)
    np.testing.assert_array_equal(encoded, [[1, 0, 0], [0, 0, 1]])
    with pytest.raises(ConfigurationError, match="needs `num_classes` inside a compiled function"):
        jax.jit(to_categorical)(labels)


def test_no_labels():
    assert to_categorical([], 3).shape == (0, 3)
    with pytest.raises(DataError, match="received no labels"):
        to_categorical([])


@pytest.mark.parametrize(
    ("labels", "num_classes", "error", "sentence"),
    [
        ([0, 3], 3, LabelError, "labels from 0 to 2 for num_classes=3; received: 3"),
        ([0, -1], None, LabelError, "labels from 0; received: -1"),
        ([0.5, 1.0], None, LabelError, "whole numbers from 0; received: 0.5"),
        ([np.nan, 1.0], None, LabelError, "received: nan"),
        (["a", "b"], None, DataTypeError, "received: dtype <U1. Number the classes first"),
        (np.array([0, None]), None, DataTypeError, "received: dtype object"),
        ([0, 1], 0, ConfigurationError, "`num_classes` must be a positive integer; received: 0"),
        ([0, 1], 2.0, ConfigurationError, "received: 2.0"),
        ([0, 1], True, ConfigurationError, "received: True"),
    ],
)
def test_what_is_refused(labels, num_classes, error, sentence):
    with pytest.raises(error, match=sentence):
        to_categorical(labels, num_classes)
