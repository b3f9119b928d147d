from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataError, DataTypeError
from ranvier.random import set_random_seed
from ranvier.utils import split_dataset


class Pair(NamedTuple):
    x: np.ndarray
    y: np.ndarray


def test_by_hand():
    left, right = split_dataset(np.arange(10), left_size=0.7)
    np.testing.assert_array_equal(left, np.arange(7))
    np.testing.assert_array_equal(right, [7, 8, 9])


@pytest.mark.parametrize("rows", [5, 7, 10, 101])
@pytest.mark.parametrize(
    "sizes",
    [
        (0.5, None),
        (None, 0.3),
        (0.25, 0.5),
        (3, None),
        (None, 4),
        (2, 2),
        (1, 0.5),
        (0.2, 1),
        (0.5, 0.5),
        (0.05, None),
    ],
)
def test_sizes_equal_keras(keras, rows, sizes):
    from keras.src.utils.dataset_utils import _rescale_dataset_split_sizes

    try:
        expected = _rescale_dataset_split_sizes(*sizes, rows)
    except ValueError:
        with pytest.raises(ConfigurationError):
            split_dataset(np.arange(rows), *sizes)
        return
    left, right = split_dataset(np.arange(rows), *sizes)
    np.testing.assert_array_equal(left, np.arange(rows)[: expected[0]])
    np.testing.assert_array_equal(right, np.arange(rows)[-expected[1] :])


def test_structures_are_kept():
    x, y = np.arange(12).reshape(6, 2), np.arange(6)
    left, right = split_dataset((x, y), 4)
    assert type(left) is tuple
    np.testing.assert_array_equal(left[0], x[:4])
    np.testing.assert_array_equal(right[1], y[4:])
    left, right = split_dataset({"image": x, "more": [y, (jnp.asarray(x),)]}, 4)
    assert list(left) == ["image", "more"]
    assert isinstance(right["more"][1][0], type(jnp.zeros(1)))
    np.testing.assert_array_equal(right["more"][1][0], x[4:])
    left, _ = split_dataset(Pair(x, y), 4)
    assert type(left) is Pair


def test_frames_and_sparse_matrices():
    pandas = pytest.importorskip("pandas")
    sparse = pytest.importorskip("scipy.sparse")
    x = np.eye(6)
    frame = pandas.DataFrame(x, index=list("abcdef"))
    left, right = split_dataset([frame, sparse.csr_matrix(x)], right_size=2, shuffle=True, seed=3)
    np.testing.assert_array_equal(left[0].to_numpy(), left[1].toarray())
    assert right[0].shape == right[1].shape == (2, 6)
    assert sorted([*left[0].index, *right[0].index]) == list("abcdef")


def test_shuffling():
    x = np.arange(50)
    left, right = split_dataset((x, x * 2), 0.6, shuffle=True, seed=1)
    np.testing.assert_array_equal(left[0] * 2, left[1])
    np.testing.assert_array_equal(np.sort(np.concatenate([left[0], right[0]])), x)
    assert not np.array_equal(left[0], x[:30])
    again, _ = split_dataset((x, x * 2), 0.6, shuffle=True, seed=1)
    np.testing.assert_array_equal(left[0], again[0])
    other, _ = split_dataset((x, x * 2), 0.6, shuffle=True, seed=2)
    assert not np.array_equal(left[0], other[0])
    set_random_seed(5)
    one, _ = split_dataset(x, 0.6, shuffle=True)
    two, _ = split_dataset(x, 0.6, shuffle=True)
    set_random_seed(5)
    np.testing.assert_array_equal(one, split_dataset(x, 0.6, shuffle=True)[0])
    assert not np.array_equal(one, two)


@pytest.mark.parametrize(
    ("dataset", "options", "error", "sentence"),
    [
        (np.arange(4), {}, ConfigurationError, "Give `left_size`, `right_size` or both"),
        (np.arange(4), {"left_size": 4}, ConfigurationError, "from 1 to 3 or a fraction .* received: 4"),
        (np.arange(4), {"left_size": 0}, ConfigurationError, "received: 0"),
        (np.arange(4), {"right_size": 1.5}, ConfigurationError, "`right_size` must be .* received: 1.5"),
        (np.arange(4), {"right_size": "half"}, ConfigurationError, "received: 'half'"),
        (np.arange(4), {"left_size": True}, ConfigurationError, "received: True"),
        (np.arange(4), {"left_size": 0.7, "right_size": 0.7}, ConfigurationError, "must not exceed 1"),
        (np.arange(4), {"left_size": 3, "right_size": 3}, ConfigurationError, "4 rows to split into 3 and 3"),
        (np.arange(4), {"left_size": 0.01}, ConfigurationError, "at least one row"),
        (np.arange(4), {"left_size": 2, "seed": 1}, ConfigurationError, "only with shuffle=True"),
        ((np.arange(4), np.arange(5)), {"left_size": 2}, DataError, r"received lengths: \[4, 5\]"),
        ([], {"left_size": 2}, DataError, "empty data set"),
        (np.zeros((0, 2)), {"left_size": 2}, DataError, "empty data set"),
        ([1, 2, 3], {"left_size": 2}, DataTypeError, "received: int"),
        ((i for i in range(3)), {"left_size": 2}, DataTypeError, "received: generator"),
    ],
)
def test_what_is_refused(dataset, options, error, sentence):
    with pytest.raises(error, match=sentence):
        split_dataset(dataset, **options)
