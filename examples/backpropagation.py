"""Backpropagation written out in NumPy: XOR with one hidden layer, checked against the library.

Both train the same 2-4-1 network from the same weights by plain gradient descent on all four rows.
After every step of the loop the two must agree, because the library's derivative is the same chain
rule, only found automatically.
"""

from __future__ import annotations

import numpy as np

from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.optimizers import SGD
from ranvier.utils import set_random_seed

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
TARGETS = np.array([[0], [1], [1], [0]], np.float32)
RATE = 0.5
STEPS = 2000


def descend(weights: list[np.ndarray], steps: int) -> list[np.ndarray]:
    """Train by hand and return the new weights.

    Args:
        weights: Kernel and bias of the hidden layer, then of the output: shapes (2, 4), (4,), (4, 1), (1,).
        steps: Steps of gradient descent.
    """
    first, first_bias, second, second_bias = (array.astype(np.float64) for array in weights)
    for _ in range(steps):
        hidden = np.tanh(INPUTS @ first + first_bias)
        output = 1 / (1 + np.exp(-(hidden @ second + second_bias)))
        # Cross-entropy through a sigmoid: the derivative with respect to the sum is the plain error.
        error = (output - TARGETS) / len(INPUTS)
        hidden_error = (error @ second.T) * (1 - hidden**2)
        second -= RATE * hidden.T @ error
        second_bias -= RATE * error.sum(axis=0)
        first -= RATE * INPUTS.T @ hidden_error
        first_bias -= RATE * hidden_error.sum(axis=0)
    return [first, first_bias, second, second_bias]


def main() -> float:
    """Train both ways and return the share of XOR's four rows that the library's network gets right."""
    set_random_seed(2)
    model = Sequential([Input((2,)), Dense(4, "tanh"), Dense(1, "sigmoid")])
    model.compile(SGD(RATE), "binary_crossentropy", metrics=["accuracy"])
    start = model.get_weights()

    model.fit(INPUTS, TARGETS, batch_size=4, epochs=20, verbose=0)
    by_hand = descend(start, 20)
    difference = max(float(np.abs(a - b).max()) for a, b in zip(model.get_weights(), by_hand, strict=True))
    print(f"After 20 steps the weights differ by at most {difference:.1e}.")
    assert difference < 1e-5

    model.fit(INPUTS, TARGETS, batch_size=4, epochs=STEPS, verbose=0)
    probabilities = model.predict(INPUTS, verbose=0)[:, 0]
    for row, target, probability in zip(INPUTS.astype(int), TARGETS[:, 0], probabilities, strict=True):
        print(f"{row[0]} xor {row[1]} = {int(target)}; the network says {probability:.3f}")
    return float(np.mean((probabilities > 0.5) == TARGETS[:, 0]))


if __name__ == "__main__":
    main()
