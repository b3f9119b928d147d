from __future__ import annotations

import numpy as np
import pytest

from ranvier.estimators import forward
from ranvier.estimators.network import Architecture, build, initial_weights


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("normalized", [True, False])
def test_host_and_model_agree(activation: str, normalized: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    architecture = Architecture((6, 5, 4, 3), activation, "softmax", normalized)
    weights = initial_weights(architecture, np.random.RandomState(0))
    for arrays in weights.normalizations:
        arrays["moving_mean"] = arrays["moving_mean"] + np.float32(0.3)
        arrays["moving_variance"] = arrays["moving_variance"] * np.float32(2.0)
    X = np.random.RandomState(1).normal(size=(50, 6)).astype(np.float32)
    expected = build(architecture, 0.0, weights).predict(X, verbose=0)
    whole = forward.softmax(forward.logits(X, weights, activation))
    np.testing.assert_allclose(whole, expected, atol=1e-6)
    monkeypatch.setattr(forward, "BLOCK", 40)
    np.testing.assert_allclose(forward.softmax(forward.logits(X, weights, activation)), whole, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_by_hand_and_far_out(dtype: type) -> None:
    values = np.array([[0.0, np.log(3.0)], [-1e4, 1e4]], dtype)
    np.testing.assert_allclose(forward.softmax(values), [[0.25, 0.75], [0.0, 1.0]], rtol=1e-6, atol=1e-30)
    np.testing.assert_allclose(forward.sigmoid(values), [[0.5, 0.75], [0.0, 1.0]], rtol=1e-6, atol=1e-30)
    assert forward.softmax(values).min() > 0.0
    assert 0.0 < forward.sigmoid(values).min() < forward.sigmoid(values).max() < 1.0
    assert forward.softmax(values).dtype == forward.sigmoid(values).dtype == dtype
