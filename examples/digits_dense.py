"""A dense network reads handwritten digits of 8 by 8 pixels."""

from __future__ import annotations

from ranvier.datasets import digits
from ranvier.layers import Dense, Flatten, Input, Rescaling
from ranvier.models import Sequential
from ranvier.utils import set_random_seed


def main() -> float:
    """Train for thirty epochs and return the test accuracy."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    model = Sequential(
        [
            Input((8, 8)),
            Rescaling(1 / 16),  # pixels count from 0 to 16
            Flatten(),
            Dense(64, activation="relu"),
            Dense(32, activation="relu"),
            Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x_train, y_train, epochs=30, validation_split=0.1, verbose=0)
    results = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    print(f"Validation accuracy after the last epoch: {history.history['val_accuracy'][-1]:.4f}")
    print(f"Test accuracy: {results['accuracy']:.4f}")
    return float(results["accuracy"])


if __name__ == "__main__":
    main()
