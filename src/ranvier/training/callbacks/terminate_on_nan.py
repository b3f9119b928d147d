"""Ending a training that has gone wrong."""

from __future__ import annotations

import math

from ranvier.errors import NonFiniteLossError
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import heard_when, is_ours, never
from ranvier.training.progress.terminal import print_message


class TerminateOnNaN(Callback):
    """Stop training when the loss becomes NaN or infinite.

    A mean that has turned NaN stays so; therefore it is enough to look at the loss whenever the
    loop returns to Python, and no step is slower for it.

    Args:
        raise_error: Whether to raise instead of setting ``model.stop_training``.

    Raises:
        NonFiniteLossError: In training, if ``raise_error`` is set.
    """

    handles_non_finite_loss = True

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    @heard_when(never)
    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss after a step."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise NonFiniteLossError(
                f"The loss became {loss} by batch {batch} of the epoch. Try a smaller learning rate, scaled "
                "inputs, or `clipnorm=1.0` in the optimizer."
            )
        if self.model.stop_training:  # said already
            return
        print_message(f"Batch {batch}: Invalid loss, terminating training", below_bar=True)
        self.model.stop_training = True

    def on_train_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Look at the loss after some steps."""
        self.on_batch_end(steps_done - 1, logs)
