"""PyTorch, eager, in the loop that its users write; batches are taken by index, without a loader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from benchmarks.arrays import CLASSES, read_arrays
from benchmarks.timing import timings

if TYPE_CHECKING:
    from benchmarks.worker import Job


class TorchPeer:
    """A peer with a hand-written training loop that tracks loss and accuracy, as Keras does."""

    def __init__(self, job: Job) -> None:
        torch.manual_seed(0)
        self.program = job.network()
        arrays = read_arrays(job.arrays).flat()
        self.x_train, self.y_train = torch.from_numpy(arrays.x_train), torch.from_numpy(arrays.y_train)
        self.x_test, self.y_test = torch.from_numpy(arrays.x_test), torch.from_numpy(arrays.y_test)
        self.loss = nn.CrossEntropyLoss()

    def build(self) -> Any:
        """Return a network and its optimizer."""
        layers: list[Any] = []
        inputs = self.x_train.shape[1]
        for units in self.program.hidden:
            layers += [nn.Linear(inputs, units), nn.ReLU()]
            inputs = units
        network = nn.Sequential(*layers, nn.Linear(inputs, CLASSES))
        if self.program.optimizer == "rmsprop":
            return network, torch.optim.RMSprop(network.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
        return network, torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)

    def fit(self, model: Any, epochs: int, *, validate: bool) -> None:
        """Train silently."""
        rows = self.program.training_rows(len(self.x_train))
        for _ in range(epochs):
            self._epoch(model, rows)
            if validate and self.program.validation == "tail":
                self._score(model, self.x_train[rows:], self.y_train[rows:])
            elif validate and self.program.validation == "test":
                self._score(model, self.x_test, self.y_test)

    def evaluate(self, model: Any) -> float:
        """Return the accuracy on the test rows, in one batch."""
        return self._score(model, self.x_test, self.y_test)[1]

    def predict_one(self, model: Any) -> None:
        """Predict one row."""
        with torch.no_grad():
            torch.softmax(model[0](self.x_test[:1]), dim=1)

    def _epoch(self, model: Any, rows: int) -> tuple[float, float]:
        network, optimizer = model
        total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        order = torch.randperm(rows)
        for start in range(0, rows, self.program.batch_size):
            chosen = order[start : start + self.program.batch_size]
            x, y = self.x_train[chosen], self.y_train[chosen]
            optimizer.zero_grad()
            logits = network(x)
            loss = self.loss(logits, y)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(y)
            correct += (logits.argmax(1) == y).sum()
        return float(total) / rows, float(correct) / rows

    def _score(self, model: Any, x: Any, y: Any) -> tuple[float, float]:
        with torch.no_grad():
            logits = model[0](x)
            return float(self.loss(logits, y)), float((logits.argmax(1) == y).float().mean())


def measure(job: Job) -> dict[str, float]:
    """Return the figures of PyTorch."""
    return timings(TorchPeer(job), job)
