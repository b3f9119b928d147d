from __future__ import annotations

import numpy as np
import pytest

from ranvier.datasets import breast_cancer

sklearn_datasets = pytest.importorskip("sklearn.datasets")
model_selection = pytest.importorskip("sklearn.model_selection")


def test_equals_sklearns_loader_and_split():
    bunch = sklearn_datasets.load_breast_cancer()
    expected = model_selection.train_test_split(bunch.data, bunch.target, test_size=0.2, random_state=42)
    (x_train, y_train), (x_test, y_test) = breast_cancer.load_data()
    for ours, theirs in zip((x_train, x_test, y_train, y_test), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs.astype(ours.dtype))
    assert x_train.shape == (455, 30)
    assert x_test.shape == (114, 30)
    assert x_train.dtype == np.float32
    assert y_train.dtype == np.int64


def test_names():
    bunch = sklearn_datasets.load_breast_cancer()
    assert tuple(bunch.target_names) == breast_cancer.CLASS_NAMES
    assert tuple(bunch.feature_names) == breast_cancer.FEATURE_NAMES


def test_other_splits():
    (x_train, _), (x_test, _) = breast_cancer.load_data(test_split=0.5, seed=1)
    assert abs(len(x_train) - len(x_test)) <= 1
    assert not np.array_equal(x_train, breast_cancer.load_data(test_split=0.5, seed=2)[0][0])
