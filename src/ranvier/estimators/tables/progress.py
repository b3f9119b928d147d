"""One progress bar over all members of an ensemble, in whatever order and however many at a time they are trained."""

from __future__ import annotations

from threading import Lock

from ranvier.estimators.epoch_counter import EpochCounter
from ranvier.training.callbacks.callback import Logs
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


class MemberBar(EpochCounter):
    """Moves the bar of an ensemble for one of its members.

    Args:
        bar: The bar.
        number: The number of the member.
    """

    def __init__(self, bar: EnsembleBar, number: int) -> None:
        super().__init__()
        self.bar = bar
        self.number = number

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Move the bar."""
        super().on_epoch_end(epoch, logs)
        self.bar.move(self.number, self.done, logs or {})
