"""The callback behind a progress bar over epochs, which an interrupted training takes up again."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from typing import Any

from ranvier.training.callbacks.callback import Callback, Logs


class EpochCounter(Callback):
    """Counts the epochs that are done."""

    def __init__(self) -> None:
        super().__init__()
        self.done = 0

    @property
    def reads_weights(self) -> bool:
        """A bar looks at the logs only."""
        return False

    def get_state(self) -> dict[str, Any]:
        """Return how far the training is."""
        return {"done": self.done}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up how far it was."""
        self.done = state["done"]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Count the epoch."""
        self.done += 1
