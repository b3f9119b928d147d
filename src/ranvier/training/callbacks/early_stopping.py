"""Stopping when nothing improves any more."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.training.callbacks.monitor import MonitorCallback
from ranvier.training.progress.terminal import print_message

if TYPE_CHECKING:
    from ranvier.training.callbacks.callback import Logs
from ranvier.training.callbacks.hooks import is_ours

_MEMORY = ("wait", "stopped_epoch", "best", "best_epoch", "best_weights")


class EarlyStopping(MonitorCallback):
    """Stop training when a value has not improved for ``patience`` epochs.

    Args:
        monitor: The value's name in the logs.
        min_delta: The least change that counts as an improvement.
        patience: The number of epochs to wait for one.
        verbose: 1 to say when training stops, 0 not to.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        baseline: A value that has to be beaten within the patience as well, or None.
        restore_best_weights: Whether to go back to the weights of the best epoch at the end, also
            if the training was not stopped and if no epoch beat the baseline.
        start_from_epoch: The number of first epochs to leave out.

    Attributes:
        stopped_epoch: The epoch at whose end training was stopped; 0 if it was not.
        best_epoch: The epoch of the best value.
        best_weights: That epoch's weights if they are to be restored, else None.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._reset()

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None

    def get_state(self) -> dict[str, Any]:
        """Return the best so far, its weights if they are kept, and how long it has been."""
        return {name: getattr(self, name) for name in _MEMORY}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        for name in _MEMORY:
            setattr(self, name, state[name])

    @property
    def reads_weights(self) -> bool:
        """Whether weights are to be restored, or a subclass may read them."""
        return self.restore_best_weights or not is_ours(self)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget an earlier training."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare the epoch's value with the best, and stop when the patience is used up."""
        self.direction()  # an undecidable one is reported after the first epoch, not the second
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)
        self.wait += 1
        if self.is_improvement(current, self.best):
            self.best = current
            self._keep(epoch)
            if self.baseline is None or self.is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say that training was stopped, and restore the best weights."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print_message(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print_message(
                    f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)
