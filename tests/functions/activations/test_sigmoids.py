from __future__ import annotations

import math

import numpy as np
import pytest

from ranvier.functions.activations import (
    exponential,
    hard_sigmoid,
    hard_tanh,
    linear,
    log_sigmoid,
    sigmoid,
    softsign,
    sparse_sigmoid,
    tanh,
)

X = np.array([-4.0, 0.0, 0.5], np.float32)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (sigmoid(np.float32(math.log(3))), 0.75),
        (log_sigmoid(np.float32(math.log(3))), math.log(0.75)),
        (log_sigmoid(np.float32(-200.0)), -200.0),
        (sparse_sigmoid(X), [0.0, 0.5, 0.75]),
        (hard_sigmoid(X), [0.0, 0.5, 0.5 + 0.5 / 6]),
        (tanh(np.float32(math.log(2))), 0.6),
        (hard_tanh(X), [-1.0, 0.0, 0.5]),
        (softsign(X), [-0.8, 0.0, 1 / 3]),
        (exponential(X), [math.exp(-4), 1.0, math.exp(0.5)]),
    ],
)
def test_worked_by_hand(received: np.ndarray, expected: list[float]) -> None:
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_linear_returns_its_argument_itself() -> None:
    assert linear(X) is X
