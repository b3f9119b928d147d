from __future__ import annotations

import numpy as np
import pytest

from ranvier.datasets import diabetes

sklearn_datasets = pytest.importorskip("sklearn.datasets")
model_selection = pytest.importorskip("sklearn.model_selection")


@pytest.mark.parametrize("scaled", [True, False])
def test_equals_sklearns_loader_and_split(scaled):
    bunch = sklearn_datasets.load_diabetes(scaled=scaled)
    expected = model_selection.train_test_split(bunch.data, bunch.target, test_size=0.2, random_state=42)
    (x_train, y_train), (x_test, y_test) = diabetes.load_data(scaled=scaled)
    for ours, theirs in zip((x_train, x_test, y_train, y_test), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)
        assert ours.dtype == np.float32
    assert x_train.shape == (353, 10)
    assert tuple(bunch.feature_names) == diabetes.FEATURE_NAMES
