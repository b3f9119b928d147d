"""The progress bar of ``fit``, ``evaluate`` and ``predict``."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

from typing import Any

from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.hooks import heard_when, is_ours, never
from ranvier.training.progress.bar import Progbar
from ranvier.training.progress.terminal import current_terminal, write


class ProgbarLogger(Callback):
    """Show the progress on standard output, one line an epoch.

    ``fit``, ``evaluate`` and ``predict`` add one unless ``verbose=0``. It does not listen to
    batches: the loop tells it of progress whenever it returns to Python.

    Attributes:
        in_fit: Whether an evaluation now is the validation inside a training, to be kept silent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.progbar: Progbar | None = None
        self.target: int | None = None
        self.verbose = 1
        self.epochs = 1
        self.in_fit = False

    @property
    def reads_weights(self) -> bool:
        """Whether a subclass may do so; the class itself looks at the logs only."""
        return not is_ours(self)

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive ``verbose`` (0, 1, 2 or "auto", which is 1), ``epochs`` and ``steps``."""
        super().set_params(params)
        verbose = params.get("verbose", 1)
        self.verbose = 1 if verbose == "auto" else int(verbose)
        self.epochs = params.get("epochs", 1)
        self.target = params.get("steps")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Keep the validations to come silent: their results stand in the epoch's line."""
        self.in_fit = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Let evaluations show their progress again."""
        self.in_fit = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Begin an epoch's bar, under its number where there are several."""
        title = f"Epoch {epoch + 1}/{self.epochs}" if self.epochs > 1 else ""
        one_line = self.verbose == 1 and not current_terminal().live
        self._begin(label=f"{title} - " if title and one_line else "")
        if self.verbose and title and not one_line:
            write(f"{title}\n")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Finish the epoch's bar."""
        self._end(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Begin the bar of an evaluation."""
        if not self.in_fit:
            self._begin()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Finish the bar of an evaluation."""
        if not self.in_fit:
            self._end(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Begin the bar of a prediction."""
        self._begin()

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Finish the bar of a prediction."""
        self._end(None)

    @heard_when(never)
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Show a step that the loop reports by itself, because somebody else listens to batches."""
        self._update(batch + 1, logs)

    @heard_when(never)
    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Show a step of an evaluation."""
        if not self.in_fit:
            self._update(batch + 1, logs)

    @heard_when(never)
    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Show a step of a prediction."""
        self._update(batch + 1, None)

    @heard_when(lambda callback: callback.wants_progress)
    def on_train_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Show how far the epoch is."""
        self._update(steps_done, logs)

    @heard_when(lambda callback: callback.wants_progress and not callback.in_fit)
    def on_test_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Show how far the evaluation is."""
        if not self.in_fit:
            self._update(steps_done, logs)

    @heard_when(lambda callback: callback.wants_progress)
    def on_predict_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Show how far the prediction is."""
        self._update(steps_done, None)

    def on_interrupt(self) -> None:
        """Leave the unfinished line, so that what follows begins a new one."""
        self.in_fit = False
        if self.progbar is not None:
            self.progbar.leave()

    @property
    def wants_progress(self) -> bool:
        """Whether there is a bar to move, or a number of steps to find out."""
        if self.verbose == 0:
            return False
        return self.target is None or (self.verbose == 1 and current_terminal().live)

    def _begin(self, label: str = "") -> None:
        self.seen = 0
        # Logs are means over the epoch already: no value is to be averaged again.
        self.progbar = Progbar(self.target, verbose=self.verbose, stateless_metrics=(), unit_name="step")
        self.progbar.label = label

    def _update(self, steps_done: int, logs: Logs | None) -> None:
        if self.progbar is None:
            self._begin()
        if self.progbar is not None and self.verbose == 1:
            if self.seen == 0:
                self.progbar.warm_up = steps_done
            self.progbar.update(steps_done, list((logs or {}).items()), finalize=False)
        self.seen = steps_done

    def _end(self, logs: Logs | None) -> None:
        if self.progbar is None:
            return
        if self.target is None:
            self.target = self.progbar.target = self.seen
        # Less than the target where a callback stopped the epoch midway.
        self.progbar.update(self.seen or self.target, list((logs or {}).items()), finalize=True)
