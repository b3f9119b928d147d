"""MNIST with the same network written twice: as a stack of layers, and as a graph of calls.

The stack is shorter. The graph names each intermediate value, so it can branch, join, or be read off
in the middle; here the activations of the last hidden layer are taken out of the trained network.
"""

from __future__ import annotations

from ranvier import Input, Model, Sequential
from ranvier.datasets import mnist
from ranvier.errors import DownloadError
from ranvier.layers import Dense, Flatten, Rescaling
from ranvier.utils import set_random_seed

EPOCHS = 3


def stacked() -> Sequential:
    """Write the network as a list."""
    return Sequential(
        [
            Input((28, 28)),
            Rescaling(1 / 255),
            Flatten(),
            Dense(128, activation="relu"),
            Dense(64, activation="relu"),
            Dense(10, activation="softmax"),
        ]
    )


def drawn() -> Model:
    """Write the network as calls on symbolic values."""
    images = Input((28, 28))
    pixels = Flatten()(Rescaling(1 / 255)(images))
    strokes = Dense(128, activation="relu")(pixels)
    shapes = Dense(64, activation="relu", name="shapes")(strokes)
    return Model(images, Dense(10, activation="softmax")(shapes))


def main() -> float:
    """Train both and return the smaller of the two test accuracies; NaN where MNIST is not to be had."""
    try:
        (x_train, y_train), (x_test, y_test) = mnist.load_data()
    except DownloadError as error:
        print(f"Skipped, because MNIST is not there: {error}")
        return float("nan")
    accuracies = []
    for name, build in (("Sequential", stacked), ("Functional", drawn)):
        set_random_seed(0)
        model = build()
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x_train, y_train, epochs=EPOCHS, verbose=2)
        accuracies.append(float(model.evaluate(x_test, y_test, verbose=0)[1]))
        print(f"{name}: test accuracy {accuracies[-1]:.4f} with {model.count_params():,} weights")

    middle = Model(model.input, model.get_layer("shapes").output)
    print(f"Activations of the last hidden layer: {middle.predict(x_test[:3], verbose=0).shape}")
    return min(accuracies)


if __name__ == "__main__":
    main()
