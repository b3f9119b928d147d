"""Trainings to interrupt: each a function that trains a model with further callbacks, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ranvier import callbacks, optimizers
from ranvier.layers import BatchNormalization, Dense, Dropout, GaussianNoise, Input
from ranvier.models import Sequential
from ranvier.optimizers.schedules import ExponentialDecay
from ranvier.pruning import PruningSchedule
from ranvier.random import next_seed
from ranvier.utils import PyDataset

_DRAWN = np.random.default_rng(3)
X = _DRAWN.normal(size=(53, 4)).astype(np.float32)
Y = (X.sum(axis=1) + _DRAWN.normal(size=53) > 0).astype(np.int32)
ROWS = slice(40, None)

Train = Callable[[list[Any], Path], Sequential]


def result(model: Any, folder: Path) -> dict[str, Any]:
    """Return all that a training leaves, in a form to compare."""
    optimizer = model.optimizer
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return {
        "weights": [weight.tobytes() for weight in model.get_weights()],
        "slots": [np.asarray(variable.value).tobytes() for variable in optimizer.variables],
        "history": model.history.history,
        "epochs": model.history.epoch,
        "files": files,
        "next": next_seed(),
    }


def network(optimizer: Any = "adam", **options: Any) -> Sequential:
    model = Sequential(
        [
            Input((4,)),
            Dense(6, "relu"),
            BatchNormalization(),
            Dropout(0.3),
            GaussianNoise(0.1),
            Dense(2, "softmax"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], **options)
    return model


def everything(told: list[Any], folder: Path) -> Sequential:
    model = network(optimizers.Adam(0.02))
    watchers = [
        callbacks.EarlyStopping(patience=2, restore_best_weights=True),
        callbacks.ReduceLROnPlateau(factor=0.5, patience=1),
        callbacks.ModelCheckpoint(folder / "best.safetensors", save_best_only=True),
        callbacks.CSVLogger(folder / "rows.csv"),
    ]
    model.fit(
        X[:40],
        Y[:40],
        batch_size=8,
        epochs=7,
        verbose=0,
        validation_data=(X[ROWS], Y[ROWS]),
        class_weight={0: 1.0, 1: 2.0},
        sample_weight=np.linspace(0.5, 1.5, 40),
        callbacks=[*told[:1], *watchers, *told[1:]],
    )
    return model


def averages(told: list[Any], folder: Path) -> Sequential:
    schedule = ExponentialDecay(0.05, 3, 0.8)
    model = network(optimizers.AdamW(schedule, use_ema=True, gradient_accumulation_steps=2, clipnorm=1.0))
    swap = callbacks.SwapEMAWeights(swap_on_epoch=True)
    model.fit(
        X,
        Y,
        batch_size=9,
        epochs=4,
        verbose=0,
        validation_split=0.2,
        validation_freq=2,
        callbacks=[swap, *told],
    )
    return model


def set_rates(told: list[Any], folder: Path) -> Sequential:
    model = network(optimizers.SGD(0.1, momentum=0.9))
    rates = callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9)
    saved = callbacks.ModelCheckpoint(folder / "{epoch}-{batch}.safetensors", save_freq=4)
    model.fit(X, Y, batch_size=16, epochs=6, steps_per_epoch=2, verbose=0, callbacks=[rates, saved, *told])
    return model


class Shuffled(PyDataset):
    """Rows that the data set itself puts in a new order after each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = np.random.default_rng(5)
        self.order = np.arange(len(X))

    def __len__(self) -> int:
        return 6

    def __getitem__(self, number: int) -> Any:
        chosen = self.order[number * 9 : (number + 1) * 9]
        return X[chosen], Y[chosen]

    def on_epoch_end(self) -> None:
        self.generator.shuffle(self.order)


def by_number(told: list[Any], folder: Path) -> Sequential:
    model = network("rmsprop")
    model.fit(Shuffled(), epochs=4, verbose=0, validation_data=Shuffled(), callbacks=told)
    return model


def generated(told: list[Any], folder: Path) -> Sequential:
    def batches(seed: int) -> Iterator[Any]:
        drawn = np.random.default_rng(seed)
        while True:
            chosen = drawn.choice(len(X), drawn.integers(3, 6))
            yield X[chosen], Y[chosen]

    model = network("adagrad")
    model.fit(
        batches(1),
        steps_per_epoch=5,
        epochs=4,
        verbose=0,
        validation_data=batches(2),
        validation_steps=2,
        callbacks=told,
    )
    return model


class Reshuffled:
    """An iterable with a memory: each pass has an order of its own."""

    def __init__(self) -> None:
        self.passes = 0

    def __iter__(self) -> Iterator[Any]:
        self.passes += 1
        order = np.random.default_rng(self.passes).permutation(len(X))
        for start in range(0, len(X), 10):
            yield X[order[start : start + 10]], Y[order[start : start + 10]]


def iterated(told: list[Any], folder: Path) -> Sequential:
    model = network("nadam", steps_per_execution=2)
    model.fit(Reshuffled(), epochs=4, verbose=0, validation_data=Reshuffled(), callbacks=told)
    return model


class Wobble(callbacks.Callback):
    """A user's own: it draws from the global streams, and remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0.0
        self.drawn: list[float] = []

    def get_state(self) -> dict[str, Any]:
        return {"total": self.total, "drawn": np.array(self.drawn)}

    def set_state(self, state: dict[str, Any]) -> None:
        self.total = float(state["total"])
        self.drawn = state["drawn"].tolist()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.drawn.append(np.random.random())
        self.total += logs["loss"] + self.drawn[-1]
        self.model.optimizer.learning_rate = 0.01 + 0.001 * self.total
        logs["total"] = self.total


def remembering(told: list[Any], folder: Path) -> Sequential:
    model = network(optimizers.Lion(0.01))
    model.fit(X, Y, batch_size=12, epochs=4, shuffle="batch", verbose=0, callbacks=[*told, Wobble()])
    return model


def pruned(told: list[Any], folder: Path) -> Sequential:
    model = network("adamax")
    model.fit(X, Y, batch_size=12, epochs=4, verbose=0, callbacks=[*told, PruningSchedule(0.6)])
    return model


CASES: dict[str, tuple[Train, int]] = {
    # With the number of steps of the whole training at most.
    "everything": (everything, 35),
    "averages": (averages, 20),
    "set_rates": (set_rates, 12),
    "by_number": (by_number, 24),
    "generated": (generated, 20),
    "iterated": (iterated, 24),
    "remembering": (remembering, 20),
    "pruned": (pruned, 20),
}
