"""A small convolutional network on the digits: the same few weights look at every place of the image."""

from __future__ import annotations

from ranvier.datasets import digits
from ranvier.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D, Rescaling
from ranvier.models import Sequential
from ranvier.utils import set_random_seed


def main() -> float:
    """Train and return the test accuracy."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    model = Sequential(
        [
            Input((8, 8, 1)),
            Rescaling(1 / 16),
            Conv2D(16, 3, padding="same", activation="relu"),
            MaxPooling2D(),
            Conv2D(32, 3, padding="same", activation="relu"),
            MaxPooling2D(),
            Flatten(),
            Dropout(0.25),
            Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.summary()
    model.fit(x_train[..., None], y_train, epochs=15, validation_split=0.1, verbose=2)
    accuracy = float(model.evaluate(x_test[..., None], y_test, verbose=0)[1])
    print(f"Test accuracy: {accuracy:.4f}")
    return accuracy


if __name__ == "__main__":
    main()
