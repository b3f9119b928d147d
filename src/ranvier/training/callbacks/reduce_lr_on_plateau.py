"""Smaller steps when nothing improves any more."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import notices
from ranvier.errors import ConfigurationError
from ranvier.training.callbacks.monitor import MonitorCallback, missing_value
from ranvier.training.progress.terminal import print_message

if TYPE_CHECKING:
    from ranvier.training.callbacks.callback import Logs
from ranvier.training.callbacks.hooks import is_ours


class ReduceLROnPlateau(MonitorCallback):
    """Multiply the learning rate by ``factor`` when a value has not improved for ``patience`` epochs.

    The learning rate in force joins the logs as ``learning_rate``.

    Args:
        monitor: The value's name in the logs.
        factor: What the learning rate is multiplied by, at least 0 and less than 1.
        patience: The number of epochs to wait for an improvement.
        verbose: 1 to say when the learning rate changes, 0 not to.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        min_delta: The least change that counts as an improvement.
        cooldown: The number of epochs after a reduction in which none are counted.
        min_lr: The least learning rate.

    Raises:
        ConfigurationError: If ``factor`` is out of its range.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if not 0 <= factor < 1:
            raise ConfigurationError(
                f"`factor` must be at least 0 and less than 1, to reduce; received: {factor}."
            )
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._reset()

    def _reset(self) -> None:
        self.best = None
        self.cooldown_counter = 0
        self.wait = 0

    def get_state(self) -> dict[str, Any]:
        """Return the best so far, and what the patience counts."""
        return {"best": self.best, "wait": self.wait, "cooldown_counter": self.cooldown_counter}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        self.best = state["best"]
        self.wait = state["wait"]
        self.cooldown_counter = state["cooldown_counter"]

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget an earlier training."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare the epoch's value with the best, and reduce when the patience is used up."""
        self.direction()
        logs = {} if logs is None else logs
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        current = logs.get(self.monitor)
        if current is None:
            notices.warn(f"ReduceLROnPlateau: {missing_value(self.monitor, logs)}")
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter = self.cooldown
                self.wait = 0

    def in_cooldown(self) -> bool:
        """Whether a reduction was made too recently for the next."""
        return self.cooldown_counter > 0

    def _reduce(self, epoch: int) -> bool:
        optimizer = self.model.optimizer
        rate = float(optimizer.learning_rate)
        # In the engine's precision, or the least rate would be reduced to itself again and again.
        if np.float32(rate) <= np.float32(self.min_lr):
            return False
        reduced = max(rate * self.factor, self.min_lr)
        optimizer.learning_rate = reduced
        if self.verbose > 0:
            print_message(
                f"Epoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {reduced}.", below_bar=True
            )
        return True
