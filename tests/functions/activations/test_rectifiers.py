from __future__ import annotations

import math

import numpy as np
import pytest

from ranvier.functions.activations import celu, elu, leaky_relu, relu, relu6, selu, threshold

X = np.array([-2.0, 0.0, 3.0, 8.0], np.float32)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (relu(X), [0.0, 0.0, 3.0, 8.0]),
        (relu(X, negative_slope=0.5), [-1.0, 0.0, 3.0, 8.0]),
        (relu(X, max_value=5.0), [0.0, 0.0, 3.0, 5.0]),
        (relu(X, negative_slope=0.5, max_value=5.0, threshold=1.0), [-1.5, -0.5, 3.0, 5.0]),
        (leaky_relu(X), [-0.4, 0.0, 3.0, 8.0]),
        (relu6(X), [0.0, 0.0, 3.0, 6.0]),
        (elu(X, alpha=2.0), [2 * (math.exp(-2) - 1), 0.0, 3.0, 8.0]),
        (selu(X), [1.0507010 * 1.6732632 * (math.exp(-2) - 1), 0.0, 3 * 1.0507010, 8 * 1.0507010]),
        (celu(X, alpha=2.0), [2 * (math.exp(-1) - 1), 0.0, 3.0, 8.0]),
        (threshold(X, 3.0, -1.0), [-1.0, -1.0, -1.0, 8.0]),
    ],
    ids=["relu", "slope", "max", "all", "leaky_relu", "relu6", "elu", "selu", "celu", "threshold"],
)
def test_worked_by_hand(received: np.ndarray, expected: list[float]) -> None:
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_general_formula_agrees_with_the_plain_one() -> None:
    # Arrays, as a compiled program hands them, take the general path.
    general = relu(X, np.float32(0.0), None, np.float32(0.0))
    np.testing.assert_array_equal(general, relu(X))
