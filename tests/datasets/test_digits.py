from __future__ import annotations

import numpy as np
import pytest

from ranvier.datasets import digits

sklearn_datasets = pytest.importorskip("sklearn.datasets")
model_selection = pytest.importorskip("sklearn.model_selection")


def test_the_split_of_the_tutorials():
    bunch = sklearn_datasets.load_digits()
    expected = model_selection.train_test_split(bunch.images, bunch.target, test_size=0.2, random_state=42)
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    for ours, theirs in zip((x_train, x_test, y_train, y_test), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == np.uint8
    assert x_train.shape == (1437, 8, 8)
    assert x_test.shape == (360, 8, 8)
    assert (x_train.min(), x_train.max()) == (0, 16)


def test_names():
    assert tuple(map(str, range(10))) == digits.CLASS_NAMES


def test_all_for_training():
    (x_train, _), (x_test, y_test) = digits.load_data(test_split=0)
    assert len(x_train) == 1797
    assert x_test.shape == (0, 8, 8)
    assert y_test.shape == (0,)
