"""One progress bar over all members of an ensemble, in whatever order and however many at a time they are trained."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from threading import Lock
from typing import Any

from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.progress.bar import Progbar


class EnsembleBar:
    """A bar whose steps are epochs of members.

    Args:
        epochs: The epochs of a member.
        members: How many members there are.
    """

    def __init__(self, epochs: int, members: int) -> None:
        self._bar = Progbar(epochs * members, unit_name="epoch", stateless_metrics=())
        self._done = [0] * members
        self._logs: Logs = {}
        self._lock = Lock()

    def part(self, number: int) -> MemberBar:
        """Return the callback that moves the bar for a member."""
        return MemberBar(self, number)

    def move(self, number: int, done: int, logs: Logs) -> None:
        """Show that so many epochs of a member are done, with its latest numbers."""
        with self._lock:
            self._done[number] = done
            self._logs = dict(logs)
            self._bar.update(sum(self._done), list(self._logs.items()), finalize=False)

    def finish(self) -> None:
        """Write the bar for the last time."""
        self._bar.update(sum(self._done), list(self._logs.items()), finalize=True)

    def leave(self) -> None:
        """End the line where the bar stands unfinished."""
        self._bar.leave()


class MemberBar(Callback):
    """Moves the bar of an ensemble for one of its members.

    Args:
        bar: The bar.
        number: The number of the member.
    """

    def __init__(self, bar: EnsembleBar, number: int) -> None:
        self.bar = bar
        self.number = number
        self.done = 0

    @property
    def reads_weights(self) -> bool:
        """The bar looks at the logs only."""
        return False

    def get_state(self) -> dict[str, Any]:
        """Return how far the member is."""
        return {"done": self.done}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up how far it was."""
        self.done = state["done"]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Move the bar."""
        self.done += 1
        self.bar.move(self.number, self.done, logs or {})
