"""Evaluating with the moving average of the weights."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from typing import Any

from ranvier.errors import ConfigurationError
from ranvier.training.callbacks.callback import Callback, Logs

_AVERAGE = "average"  # the optimizer's slot


class SwapEMAWeights(Callback):
    """Put the optimizer's moving average of the weights into the model for evaluations.

    Afterwards the model has its own weights again. The optimizer needs ``use_ema=True``.

    Args:
        swap_on_epoch: Whether the averages are in place between two epochs as well, so that callbacks
            after this one, a checkpoint for example, see them.

    Raises:
        ConfigurationError: When the optimizer keeps no average.
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def get_state(self) -> dict[str, Any]:
        """Return whether the averages are in place."""
        return {"swapped": self._swapped}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned: the weights and averages were saved as they lay."""
        self._swapped = state["swapped"]

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Train with the model's own weights."""
        if self.swap_on_epoch:
            self._show_averages(False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Let the callbacks that follow see the averages."""
        if not self.swap_on_epoch:
            return
        self._show_averages(True)
        epochs = (self.params or {}).get("epochs")
        if self.model.stop_training or (epochs is not None and epoch == epochs - 1):
            # At the end of training the average becomes the weights: it must not be the old weights.
            optimizer = self._averaging_optimizer()
            state = optimizer.read_state()
            state[_AVERAGE] = [variable.value for variable in optimizer.model_variables]
            optimizer.write_state(state, optimizer.step_count)
            self._swapped = False

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Evaluate with the averages."""
        self._show_averages(True)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Return to the model's own weights."""
        self._show_averages(False)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Predict with the averages."""
        self._show_averages(True)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Return to the model's own weights."""
        self._show_averages(False)

    def on_interrupt(self) -> None:
        """Return to the model's own weights."""
        self._show_averages(False)

    def _show_averages(self, wanted: bool) -> None:
        if self._swapped == wanted:
            return
        optimizer = self._averaging_optimizer()
        state = optimizer.read_state()
        averages = state[_AVERAGE]
        state[_AVERAGE] = [variable.value for variable in optimizer.model_variables]
        for variable, average in zip(optimizer.model_variables, averages, strict=True):
            variable.assign(average)
        optimizer.write_state(state, optimizer.step_count)
        self._swapped = wanted

    def _averaging_optimizer(self) -> Any:
        optimizer = self.model.optimizer
        if not getattr(optimizer, "use_ema", False):
            raise ConfigurationError(
                "SwapEMAWeights needs an optimizer that averages the weights; received: "
                f"{type(optimizer).__name__} with use_ema=False. Set use_ema=True in the optimizer."
            )
        return optimizer
