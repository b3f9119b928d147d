"""The little of a model that callbacks touch, and a loop that runs real Keras' callbacks or ours."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Optimizer:
    """A learning rate and a counter."""

    def __init__(self, learning_rate: float = 0.1) -> None:
        self.learning_rate = learning_rate
        self.iterations = 0


class Model:
    """Weights that are the number of the last finished epoch, and the files it was saved to."""

    def __init__(self, learning_rate: float = 0.1) -> None:
        self.optimizer = Optimizer(learning_rate)
        self.weights = [np.zeros(2)]
        self.stop_training = False
        self.history: Any = None
        self.metrics: list[Any] = []
        self.built = True

    def get_weights(self) -> list[np.ndarray]:
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        self.weights = [np.array(weight) for weight in weights]

    def save(self, filepath: str, overwrite: bool = True) -> None:
        Path(filepath).write_text(f"model {self.weights[0][0]:g}")

    def save_weights(self, filepath: str, overwrite: bool = True) -> None:
        Path(filepath).write_text(f"weights {self.weights[0][0]:g}")


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def run(
    callbacks: Iterable[Any],
    epochs: Sequence[dict[str, float]],
    model: Any = None,
    *,
    steps: int = 0,
    params: dict[str, Any] | None = None,
) -> Any:
    """Call the hooks as a training does: each epoch's logs are given, the weights count epochs."""
    callbacks = list(callbacks)
    model = Model() if model is None else model
    for callback in callbacks:
        callback.set_params(params or {"verbose": 0, "epochs": len(epochs), "steps": steps})
        callback.set_model(model)
    for callback in callbacks:
        callback.on_train_begin()
    logs: dict[str, float] = {}
    for epoch, given in enumerate(epochs):
        logs = dict(given)
        for callback in callbacks:
            callback.on_epoch_begin(epoch)
        for step in range(steps):
            for callback in callbacks:
                callback.on_train_batch_begin(step)
            model.optimizer.iterations += 1
            for callback in callbacks:
                callback.on_train_batch_end(step, logs=dict(given))
        model.weights = [np.full(2, epoch + 1.0)]
        for callback in callbacks:
            callback.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    for callback in callbacks:
        callback.on_train_end(logs)
    return model


def walk(seed: int, length: int, name: str = "val_loss") -> list[dict[str, float]]:
    """Logs of so many epochs in which a value wanders, in steps that float32 represents."""
    generator = np.random.default_rng(seed)
    values = 4 + np.cumsum(generator.integers(-3, 4, length)) / 8
    return [{"loss": 1.0, name: float(value)} for value in values]
