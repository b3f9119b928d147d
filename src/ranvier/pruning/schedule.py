"""Pruning little by little while a model trains, as a callback."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.pruning.masks import masked_weights, prunable_weights, set_mask
from ranvier.pruning.prune import apply_masks, check_scope, checked_sparsity, new_masks
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import heard_when

UNITS = ("epoch", "step")


class PruningSchedule(Callback):
    r"""Raise the sparsity from a first to a last value along a polynomial.

    .. math:: s_t = s_f + (s_i - s_f) (1 - (t - b) / (e - b))^p

    Masks are chosen anew at the beginning of an epoch (or step) and kept through every update in
    between and after. The history gets a column ``sparsity``. A callback that restores the weights of an
    earlier epoch restores its sparsity too; what the last mask forbids is then set to zero at the end.

    Args:
        final_sparsity: The fraction of zero weights at the end, in [0, 1).
        initial_sparsity: The fraction at the beginning, in [0, 1).
        begin: The first epoch (or step), counted from 0, that prunes.
        end: The epoch (or step) by which the last value is reached; None: the last epoch of ``fit``.
        power: The exponent: 1 a straight line, 3 fast at first.
        frequency: How many epochs (or steps) lie between two changes of the masks.
        unit: ``"epoch"`` or ``"step"``; with steps the loop returns to Python after each one.
        scope: ``"layer"`` or ``"global"``; see :func:`~ranvier.pruning.prune`.
        layers: The layers to prune, or their names; None: every layer with a kernel.

    Raises:
        ConfigurationError: If an argument cannot be used.

    Source: M. Zhu, S. Gupta, "To prune, or not to prune" (2017).
    """

    def __init__(
        self,
        final_sparsity: float = 0.8,
        initial_sparsity: float = 0.0,
        begin: int = 0,
        end: int | None = None,
        power: float = 3.0,
        frequency: int = 1,
        unit: str = "epoch",
        scope: str = "layer",
        layers: Sequence[Any] | None = None,
    ) -> None:
        super().__init__()
        self.final_sparsity = checked_sparsity(final_sparsity, "final_sparsity")
        self.initial_sparsity = checked_sparsity(initial_sparsity, "initial_sparsity")
        check_scope(scope)
        if unit not in UNITS:
            raise unknown_name("unit of a pruning schedule", unit, UNITS)
        if begin < 0 or (end is not None and end < begin) or frequency < 1 or power <= 0:
            raise ConfigurationError(
                "A pruning schedule needs 0 <= begin <= end, frequency >= 1 and power > 0; "
                f"received: begin={begin}, end={end}, frequency={frequency}, power={power}."
            )
        if unit == "step" and end is None:
            raise ConfigurationError(
                "A pruning schedule in steps needs its last step; received: end=None. Give `end`, or unit='epoch'."
            )
        self.begin = begin
        self.end = end
        self.power = power
        self.frequency = frequency
        self.unit = unit
        self.scope = scope
        self.layers = layers
        self.sparsity = 0.0
        self._step = 0

    def sparsity_at(self, time: int) -> float:
        """Return the sparsity of an epoch or step.

        Args:
            time: Its number, counted from 0.

        Returns:
            A fraction in [0, 1); 0 before ``begin``.
        """
        if time < self.begin:
            return 0.0
        done = 1.0 if time >= self._last else (time - self.begin) / (self._last - self.begin)
        left = float((1 - done) ** self.power)
        return self.final_sparsity + (self.initial_sparsity - self.final_sparsity) * left

    @property
    def _last(self) -> int:
        return self.end if self.end is not None else max(int((self.params or {}).get("epochs", 1)) - 1, 0)

    def set_model(self, model: Any) -> None:
        """Receive the model, and put masks on its weights that forbid nothing yet."""
        super().set_model(model)
        masked = {variable for variable, _ in masked_weights(model)}
        for _, variable in prunable_weights(model, self.layers):
            if variable not in masked:
                set_mask(variable, np.ones(variable.shape, np.float32))

    def get_state(self) -> dict[str, Any]:
        """Return the sparsity and the count of steps; the masks are part of every backup."""
        return {"sparsity": self.sparsity, "step": self._step}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        self.sparsity = state["sparsity"]
        self._step = state["step"]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Take up the count of steps."""
        self._step = int(self.model.optimizer.step_count)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Choose the masks of an epoch."""
        if self.unit == "epoch":
            self._prune(epoch)

    @heard_when(lambda callback: callback.unit == "step")
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Choose the masks of a step."""
        if self.unit == "step":
            self._prune(self._step)
            self._step += 1

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Report the sparsity."""
        if logs is not None:
            logs["sparsity"] = self.sparsity

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Set what the masks forbid to zero, whatever other callbacks have put there."""
        apply_masks(self.model)

    def _prune(self, time: int) -> None:
        due = (time - self.begin) % self.frequency == 0 or time == self._last
        if time < self.begin or not due:
            return
        self.sparsity = self.sparsity_at(time)
        weights = prunable_weights(self.model, self.layers)
        for (_, variable), mask in zip(weights, new_masks(weights, self.sparsity, self.scope), strict=True):
            set_mask(variable, mask)
