from __future__ import annotations

import math

import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.activations import gelu, glu, hard_silu, mish, silu


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (silu(np.float32(math.log(3))), 0.75 * math.log(3)),
        (hard_silu(np.array([-4.0, 1.0, 4.0], np.float32)), [0.0, 2 / 3, 4.0]),
        (gelu(np.float32(1.0)), 0.841344746),  # the normal distribution function at 1
        (gelu(np.float32(1.0), approximate=True), 0.841191991),
        (mish(np.float32(0.0)), 0.0),
        (mish(np.float32(math.log(3))), math.log(3) * 15 / 17),  # tanh(log 4) = 15 / 17
        (glu(np.array([2.0, 5.0, 0.0, math.log(3)], np.float32)), [1.0, 3.75]),
    ],
)
def test_worked_by_hand(received: np.ndarray, expected: list[float]) -> None:
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_glu_needs_an_even_size() -> None:
    with pytest.raises(ShapeError, match=r"size must be even; received an array of shape \(2, 3\)"):
        glu(np.ones((2, 3)))


def test_glu_needs_its_axis() -> None:
    with pytest.raises(ShapeError, match="axis 4"):
        glu(np.ones((2, 4)), axis=4)
