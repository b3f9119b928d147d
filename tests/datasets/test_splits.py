from __future__ import annotations

import numpy as np
import pytest

from ranvier.datasets.splits import split_in_keras_order, split_in_sklearns_order
from ranvier.errors import ConfigurationError


def test_by_hand():
    x = np.arange(5)
    order = np.random.RandomState(3).permutation(5)
    (x_train, y_train), (x_test, y_test) = split_in_sklearns_order(x, x * 2, 0.4, 3)
    np.testing.assert_array_equal(x_test, order[:2])
    np.testing.assert_array_equal(x_train, order[2:])
    np.testing.assert_array_equal(y_test, x_test * 2)
    np.testing.assert_array_equal(y_train, x_train * 2)


@pytest.mark.parametrize("rows", [5, 7, 100, 1797])
@pytest.mark.parametrize("test_split", [0.1, 0.2, 0.25, 0.33])
def test_sklearns_rows(rows, test_split):
    model_selection = pytest.importorskip("sklearn.model_selection")
    x = np.arange(rows)
    for seed in (0, 42):
        expected = model_selection.train_test_split(x, x, test_size=test_split, random_state=seed)
        (x_train, y_train), (x_test, y_test) = split_in_sklearns_order(x, x, test_split, seed)
        for ours, theirs in zip((x_train, x_test, y_train, y_test), expected, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_no_test_rows():
    (x_train, _), (x_test, _) = split_in_sklearns_order(np.arange(4), np.arange(4), 0, 0)
    assert (len(x_train), len(x_test)) == (4, 0)
    (x_train, _), (x_test, _) = split_in_keras_order(np.arange(4), np.arange(4), 0.0, 0)
    assert (len(x_train), len(x_test)) == (4, 0)


@pytest.mark.parametrize("split", [split_in_keras_order, split_in_sklearns_order])
@pytest.mark.parametrize("test_split", [-0.1, 1, 1.5, "half", None])
def test_wrong_fractions(split, test_split):
    with pytest.raises(ConfigurationError, match=r"must be a fraction in \[0, 1\); received"):
        split(np.arange(4), np.arange(4), test_split, 0)


def test_nothing_left_to_train_on():
    with pytest.raises(ConfigurationError, match=r"must leave rows to train on; received: 0.9"):
        split_in_sklearns_order(np.arange(4), np.arange(4), 0.9, 0)
