"""A rare class, found more often when its mistakes cost more; and rows that are trusted less.

Of the digits, only every tenth image of an 8 is kept for training, so that the network seldom sees
one. `class_weight` makes each of those count ten times. Then a fifth of the labels are spoilt, and
`sample_weight` says which rows deserve little trust.
"""

from __future__ import annotations

import numpy as np

from ranvier.datasets import digits
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

RARE = 8


def trained(x: np.ndarray, y: np.ndarray, **weights: object) -> Sequential:
    """Train the same network from the same start, with weights or without."""
    set_random_seed(0)
    model = Sequential([Input((64,)), Dense(32, activation="relu"), Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=25, verbose=0, **weights)
    return model


def main() -> float:
    """Compare with and without weights; return the gain in recall of the rare class."""
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    x_train, x_test = x_train.reshape(-1, 64) / 16, x_test.reshape(-1, 64) / 16

    rare = np.flatnonzero(y_train == RARE)
    kept = np.setdiff1d(np.arange(len(y_train)), rare[len(rare) // 10 :])
    recalls = []
    for name, weights in (("equal", {}), ("rare class times ten", {"class_weight": {RARE: 10.0}})):
        model = trained(x_train[kept], y_train[kept], **weights)
        guesses = model.predict(x_test[y_test == RARE], verbose=0).argmax(axis=1)
        recalls.append(float(np.mean(guesses == RARE)))
        print(f"Weights {name}: finds {recalls[-1]:.1%} of the eights")

    random = np.random.default_rng(0)
    spoilt = random.random(len(y_train)) < 0.2
    labels = np.where(spoilt, random.integers(0, 10, len(y_train)), y_train)
    trust = np.where(spoilt, 0.05, 1.0)
    for name, weights in (("all rows alike", {}), ("doubtful rows 0.05", {"sample_weight": trust})):
        accuracy = trained(x_train, labels, **weights).evaluate(x_test, y_test, verbose=0)[1]
        print(f"A fifth of the labels spoilt, {name}: test accuracy {accuracy:.4f}")
    return recalls[1] - recalls[0]


if __name__ == "__main__":
    main()
