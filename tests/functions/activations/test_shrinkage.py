from __future__ import annotations

import math

import numpy as np
import pytest

from ranvier.functions.activations import hard_shrink, soft_shrink, tanh_shrink

X = np.array([-2.0, -0.5, 0.25, 0.75], np.float32)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (hard_shrink(X), [-2.0, 0.0, 0.0, 0.75]),
        (soft_shrink(X), [-1.5, 0.0, 0.0, 0.25]),
        (tanh_shrink(np.float32(math.log(2))), math.log(2) - 0.6),
    ],
)
def test_worked_by_hand(received: np.ndarray, expected: list[float]) -> None:
    np.testing.assert_allclose(received, expected, rtol=1e-6)
