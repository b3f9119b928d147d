"""The base of every callback: all hooks, each doing nothing."""

from __future__ import annotations

from typing import Any, TypeAlias

from ranvier.training.callbacks.hooks import heard_when, is_heard, never

Logs: TypeAlias = dict[str, Any]
"""Names of losses and metrics, and their values as Python floats."""


class Callback:
    """Base class of callbacks; override the hooks of the events to act on.

    A hook of a batch makes the loop return to Python after every step, which costs more than the
    step of a small network. The three ``on_*_progress`` hooks are called often enough to follow a
    training, and cost nothing.

    Attributes:
        params: What the running call was given: ``verbose``, ``epochs``, ``steps``; None before.
        model: The model that is trained, evaluated or asked for predictions. Setting
            ``self.model.stop_training = True`` ends the training.
        handles_non_finite_loss: Whether the callback ends a training whose loss is NaN or
            infinite, so that the loop need not raise.
        resumed_epoch: The epoch to continue at, counted from zero, set in ``on_train_begin`` by a
            callback that restored an interrupted training; None otherwise.
        resuming: Whether the training that begins continues an interrupted one from a backup; known
            before ``on_train_begin``, so that a callback need not begin its files anew.

    Example:
        >>> class Loss(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(epoch, logs["loss"])
        >>> Loss().on_epoch_end(0, {"loss": 0.5})
        0 0.5
    """

    # On the class, so that a subclass works that does not call `super().__init__()`.
    params: dict[str, Any] | None = None
    handles_non_finite_loss: bool = False
    resumed_epoch: int | None = None
    resuming: bool = False
    _model: Any = None

    @property
    def reads_weights(self) -> bool:
        """Whether the model has to show its weights, and take written ones, at the ends of epochs.

        True for every callback of a user's own; what only looks at the logs spares the loop a copy.
        """
        return True

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive what the running call was given."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Receive the model."""
        self._model = model

    @property
    def model(self) -> Any:
        """The model that is trained, evaluated or asked for predictions."""
        return self._model

    @model.setter
    def model(self, model: Any) -> None:
        self._model = model

    def get_state(self) -> dict[str, Any]:
        """Return what the callback remembers of a training, for a backup; nothing by default.

        To be overridden, with :meth:`set_state`, by a callback whose actions depend on what happened
        before: then a training that :class:`BackupAndRestore` continues goes on as if it had never been
        interrupted. It is asked after the hooks of the moment.

        Returns:
            Numbers, texts, truth values, None and arrays, in lists, tuples and dicts.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned, after ``on_train_begin``; arrays come back as NumPy's.

        Within an epoch it is called a second time, after ``on_epoch_begin``.
        """

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called once when ``fit`` begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called once when ``fit`` ends; ``logs`` are those of the last epoch."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Called when an evaluation begins, in ``evaluate`` or for validation in ``fit``."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Called when an evaluation ends; ``logs`` are its results."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Called when ``predict`` begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Called when ``predict`` ends."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before an epoch; epochs are counted from zero."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after an epoch and its validation, whose results have the prefix ``val_``."""

    @heard_when(never)
    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Another name for :meth:`on_train_batch_begin`."""

    @heard_when(never)
    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Another name for :meth:`on_train_batch_end`."""

    @heard_when(lambda callback: is_heard(callback, "on_batch_begin"))
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a step of training; batches are counted from zero in each epoch."""
        self.on_batch_begin(batch, logs=logs)

    @heard_when(lambda callback: is_heard(callback, "on_batch_end"))
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a step of training; ``logs`` are the results of the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    @heard_when(never)
    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a step of an evaluation."""

    @heard_when(never)
    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a step of an evaluation; ``logs`` are its results so far."""

    @heard_when(never)
    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a step of ``predict``."""

    @heard_when(never)
    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a step of ``predict``; ``logs["outputs"]`` are the batch's predictions."""

    @heard_when(never)
    def on_train_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Called now and then in an epoch, after ``steps_done`` of its steps, if no batch hook is."""

    @heard_when(never)
    def on_test_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Called now and then in an evaluation, if no batch hook is."""

    @heard_when(never)
    def on_predict_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Called now and then in a prediction, if no batch hook is."""

    def on_interrupt(self) -> None:
        """Called when a run ends by an exception, Ctrl-C included; ``on_*_end`` is not called then."""
