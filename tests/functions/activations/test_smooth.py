from __future__ import annotations

import math

import numpy as np
import pytest

from ranvier.functions.activations import softplus, sparse_plus, squareplus


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (softplus(np.float32(math.log(3))), math.log(4)),
        (softplus(np.float32(300.0)), 300.0),
        (squareplus(np.float32(0.0)), 1.0),
        (squareplus(np.float32(1.5), b=4), 2.0),  # the root is 2.5
        (sparse_plus(np.array([-2.0, 0.0, 3.0], np.float32)), [0.0, 0.25, 3.0]),
    ],
)
def test_worked_by_hand(received: np.ndarray, expected: list[float]) -> None:
    np.testing.assert_allclose(received, expected, rtol=1e-6)
