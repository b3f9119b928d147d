"""The networks that are measured, how long they train, and the ratios to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Program:
    """A network and its training, the same for every library.

    Attributes:
        name: How the command line calls it.
        title: What it is, for the results.
        data: The data set.
        input_shape: Shape of one row, or None where the network is built at its first fit.
        flatten: Whether a ``Flatten`` layer comes first.
        hidden: Units of the hidden layers, all ReLU; ten softmax outputs follow.
        optimizer: Its Keras name; learning rate 0.001.
        one_hot: Whether targets are one-hot (categorical) or integers (sparse categorical).
        batch_size: Rows per step.
        epochs: Epochs of the first and of the second fit.
        steady_epochs: Epochs of the long fit whose mean epoch is the steady one.
        validation: ``"tail"`` holds out the last tenth, ``"test"`` validates on the test rows.
    """

    name: str
    title: str
    data: Literal["digits", "mnist"]
    input_shape: tuple[int, ...] | None
    flatten: bool
    hidden: tuple[int, ...]
    optimizer: Literal["adam", "rmsprop"]
    one_hot: bool
    batch_size: int
    epochs: int
    steady_epochs: int
    validation: Literal["tail", "test"] | None

    def training_rows(self, rows: int) -> int:
        """Return how many of ``rows`` are trained on; the rest, the tail, is held out."""
        return int(rows * 0.9) if self.validation == "tail" else rows


PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "p000", "digits, 64-64-32-10, Adam, one-hot, 30 epochs of batches of 32, a tenth held out",
            data="digits", input_shape=(64,), flatten=False, hidden=(64, 32), optimizer="adam",
            one_hot=True, batch_size=32, epochs=30, steady_epochs=100, validation="tail",
        ),
        Program(
            "p001", "MNIST, 784-128-64-10, Adam, integer labels, 10 epochs of batches of 32, validated",
            data="mnist", input_shape=(28, 28), flatten=True, hidden=(128, 64), optimizer="adam",
            one_hot=False, batch_size=32, epochs=10, steady_epochs=3, validation="test",
        ),
        Program(
            "p002", "MNIST, 784-128-10, Adam, one-hot, 5 epochs of batches of 32",
            data="mnist", input_shape=(784,), flatten=True, hidden=(128,), optimizer="adam",
            one_hot=True, batch_size=32, epochs=5, steady_epochs=3, validation=None,
        ),
        Program(
            "p004", "MNIST, 784-512-10, RMSprop, integer labels, 5 epochs of batches of 128, no input shape",
            data="mnist", input_shape=None, flatten=False, hidden=(512,), optimizer="rmsprop",
            one_hot=False, batch_size=128, epochs=5, steady_epochs=3, validation=None,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Aim:
    """Ratios to reach in one figure of one program: peer / ours at least, ours / products at most."""

    program: str
    measure: Literal["first_fit", "second_fit"]
    at_least: dict[str, float]
    products: float


AIMS = (
    Aim("p000", "first_fit", {"keras-jax": 5, "keras-tensorflow": 9, "torch": 1.3, "sklearn": 0.7}, 2.2),
    Aim("p000", "second_fit", {"keras-jax": 40, "keras-tensorflow": 80, "torch": 15, "sklearn": 8}, 2.2),
    Aim("p001", "first_fit", {"keras-jax": 1.8, "keras-tensorflow": 7, "torch": 3, "sklearn": 6}, 2.4),
    Aim("p002", "first_fit", {"keras-jax": 1.7, "keras-tensorflow": 7, "torch": 2.4, "sklearn": 5}, 2.4),
    Aim("p004", "first_fit", {"keras-jax": 1.6, "keras-tensorflow": 2.4, "torch": 1.8, "sklearn": 4}, 1.3),
)
