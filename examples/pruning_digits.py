"""Cut four fifths of the connections of a trained network, and let it learn on with what is left.

A growing brain first makes too many connections and then drops the weak ones. The same is done here:
weights of small magnitude are set to zero, at once or little by little.
"""

from __future__ import annotations

from ranvier import pruning
from ranvier.datasets import digits
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

SPARSITY = 0.8


def main() -> float:
    """Train, prune, train on; return the test accuracy with a fifth of the weights."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    x_train, x_test = x_train.reshape(-1, 64) / 16, x_test.reshape(-1, 64) / 16
    model = Sequential([Input((64,)), Dense(64, activation="relu"), Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=20, verbose=0)

    print("Cut at once, without further training:")
    print(pruning.accuracy_against_sparsity(model, x_test, y_test))

    model.fit(x_train, y_train, epochs=15, callbacks=[pruning.PruningSchedule(SPARSITY, end=10)], verbose=0)
    accuracy = float(model.evaluate(x_test, y_test, verbose=0)[1])
    print(f"Cut little by little while training: test accuracy {accuracy:.4f}")
    print(pruning.sparsity(model))
    return accuracy


if __name__ == "__main__":
    main()
