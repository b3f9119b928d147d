from __future__ import annotations

import numpy as np

from ranvier.estimators.tables.losses import SmoothedCrossentropy
from ranvier.losses import CategoricalCrossentropy


def test_smoothed_labels_are_those_of_keras_for_one_hot_rows() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    labels = np.array([0, 2, 1, 1, 0], "int32")
    expected = CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(
        np.eye(3, dtype="float32")[labels], logits
    )
    np.testing.assert_allclose(
        SmoothedCrossentropy(0.1, from_logits=True)(labels, logits), expected, rtol=1e-5
    )

    powers = np.exp(logits)
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(SmoothedCrossentropy(0.1)(labels, probabilities), expected, rtol=1e-5)
