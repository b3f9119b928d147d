"""The record of a training, which ``fit`` returns."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from typing import Any

from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import is_ours


class History(Callback):
    """Record the results of every epoch.

    Every training has one; ``fit`` returns it.

    Attributes:
        history: For each loss and metric its values, one an epoch.
        epoch: The numbers of the epochs, counted from zero.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    def get_state(self) -> dict[str, Any]:
        """Return the epochs and their results."""
        return {"epoch": self.epoch, "history": self.history}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up the epochs before the interruption."""
        self.epoch = list(state["epoch"])
        self.history = {name: list(values) for name, values in state["history"].items()}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin a new list of epochs."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the epoch's results."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        self.model.history = self
