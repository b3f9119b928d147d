"""The smallest neuron: Rosenblatt's perceptron tells two kinds of iris apart, and fails at XOR.

Setosa differs so plainly from the other two kinds that a straight line separates it; the perceptron
finds such a line and stops making mistakes. No line separates XOR, so there it never settles.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ranvier.datasets import iris
from ranvier.perceptron import Perceptron


def main() -> float:
    """Train on setosa against the rest and return the test accuracy."""
    (x_train, y_train), (x_test, y_test) = iris.load_data()
    neuron = Perceptron(random_state=0).fit(x_train, y_train == 0)
    accuracy = float(neuron.score(x_test, y_test == 0))
    print(f"Setosa or not: {sum(neuron.errors_)} mistakes in {neuron.n_iter_} passes, then none.")
    print(f"Weights {neuron.coef_[0].round(2)}, bias {neuron.intercept_[0]:+.1f}.")
    print(f"Test accuracy: {accuracy:.3f}")

    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        confused = Perceptron(max_iter=50, random_state=0).fit(corners, [0, 1, 1, 0])
    print(f"XOR: still {confused.errors_[-1]} mistakes in pass {confused.n_iter_}; one line is not enough.")
    return accuracy


if __name__ == "__main__":
    main()
