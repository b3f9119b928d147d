"""Many callbacks spoken to as one: what the loop holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, FileFormatError
from ranvier.training.callbacks.backup_and_restore import Backup, BackupAndRestore
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.history import History
from ranvier.training.callbacks.hooks import is_heard
from ranvier.training.callbacks.progbar_logger import ProgbarLogger

_REQUIRED = ("set_params", "set_model", "on_train_begin", "on_epoch_end", "on_train_batch_end")


class CallbackList:
    """Several callbacks, called in order through the hooks of one.

    Results reach the callbacks as one plain dict of Python floats with sorted names; what one
    callback adds to it (a learning rate), the next ones see.

    Args:
        callbacks: A callback, a list of them (lists may be nested), another ``CallbackList``, or None.
        add_history: Whether to append a :class:`History` where there is none.
        add_progbar: Whether to append a :class:`ProgbarLogger` where there is none.
        model: The model, or None to set it later.
        **params: Handed to every callback's ``set_params``: ``verbose``, ``epochs``, ``steps``.

    Raises:
        ConfigurationError: If something in the list is not a callback.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        self.callbacks: list[Any] = list(_flattened(callbacks))
        self.params: dict[str, Any] = {}
        self.model: Any = None
        self.resumption: Backup | None = None
        if add_history and self.history is None:
            self.callbacks.append(History())
        if add_progbar and not any(isinstance(callback, ProgbarLogger) for callback in self.callbacks):
            self.callbacks.append(ProgbarLogger())
        self.set_model(model)
        self.set_params(params)

    @property
    def history(self) -> History | None:
        """The last callback of the kind :class:`History`, or None."""
        return next((each for each in reversed(self.callbacks) if isinstance(each, History)), None)

    @property
    def keepers(self) -> list[BackupAndRestore]:
        """The callbacks that keep backups."""
        return [each for each in self.callbacks if isinstance(each, BackupAndRestore)]

    def steps_to_backup(self) -> int | None:
        """Return after how many batches a backup is due; None where batches do not decide."""
        left = [steps for keeper in self.keepers if (steps := keeper.steps_left()) is not None]
        return min(left, default=None)

    def append(self, callback: Any) -> None:
        """Add a callback at the end."""
        self.callbacks.extend(_flattened(callback))

    def set_params(self, params: dict[str, Any]) -> None:
        """Hand what the running call was given to every callback."""
        self.params = params
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hand the model to every callback, and the history to the model."""
        if model is None:
            return
        self.model = model
        if self.history is not None:
            model.history = self.history
        for callback in self.callbacks:
            callback.set_model(model)

    @property
    def has_train_batch_hooks(self) -> bool:
        """Whether a callback has to be called around every step of training."""
        return self._any_heard("on_train_batch_begin", "on_train_batch_end")

    @property
    def has_test_batch_hooks(self) -> bool:
        """Whether a callback has to be called around every step of an evaluation."""
        return self._any_heard("on_test_batch_begin", "on_test_batch_end")

    @property
    def has_predict_batch_hooks(self) -> bool:
        """Whether a callback has to be called around every step of a prediction."""
        return self._any_heard("on_predict_batch_begin", "on_predict_batch_end")

    @property
    def wants_train_progress(self) -> bool:
        """Whether ``on_train_progress`` does anything, so that its logs are worth fetching."""
        return self._any_heard("on_train_progress")

    @property
    def wants_test_progress(self) -> bool:
        """Whether ``on_test_progress`` does anything."""
        return self._any_heard("on_test_progress")

    @property
    def wants_predict_progress(self) -> bool:
        """Whether ``on_predict_progress`` does anything."""
        return self._any_heard("on_predict_progress")

    @property
    def handles_non_finite_loss(self) -> bool:
        """Whether a callback ends a training whose loss is NaN or infinite."""
        return any(getattr(callback, "handles_non_finite_loss", False) for callback in self.callbacks)

    @property
    def reads_weights(self) -> bool:
        """Whether a callback may read or write weights at the end of an epoch."""
        return any(getattr(callback, "reads_weights", True) for callback in self.callbacks)

    def first_epoch(self, initial_epoch: int) -> int:
        """Return the epoch to begin at: a restored one, or else the one that ``fit`` was given.

        To be asked after ``on_train_begin``.
        """
        resumed = [getattr(callback, "resumed_epoch", None) for callback in self.callbacks]
        return next((epoch for epoch in reversed(resumed) if epoch is not None), initial_epoch)

    def find_backup(self) -> Backup | None:
        """Look for the backup of an interrupted training, and tell the callbacks whether there is one.

        To be asked before ``on_train_begin``.
        """
        found = [keeper.find() for keeper in self.keepers]
        self.resumption = next((backup for backup in reversed(found) if backup is not None), None)
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                callback.resuming = self.resumption is not None
        return self.resumption

    def forget_backup(self) -> None:
        """Let go of what was read of a backup."""
        self.resumption = None
        for keeper in self.keepers:
            keeper.forget()

    def restore(self) -> None:
        """Put back what the backup holds of the model and of the callbacks.

        Raises:
            FileFormatError: If a callback cannot take up what is there for it.
        """
        if self.resumption is None:
            return
        self.resumption.restore(self.model)
        remembered = dict(self.resumption.state.get("callbacks", ()))
        for name, callback in _numbered(self.callbacks):
            state = remembered.get(name)
            if state is None or not hasattr(callback, "set_state"):
                continue
            try:
                callback.set_state(state)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise FileFormatError(
                    f"The backup remembers something of {name!r} that it does not take up again "
                    f"({type(error).__name__}: {error!s:.200}). Run the program as it was when the backup was made, or "
                    "delete the backup to begin anew."
                ) from error

    def states(self) -> list[tuple[str, Any]]:
        """Return what the callbacks remember, each under its class and number among its like."""
        asked = [
            (name, callback.get_state())
            for name, callback in _numbered(self.callbacks)
            if hasattr(callback, "get_state")
        ]
        return [(name, state) for name, state in asked if state]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_train_end", logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_test_begin", logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_test_end", logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_predict_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_numbered("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_numbered("on_epoch_end", epoch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_batch_begin", batch, _plain(logs))

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_batch_end", batch, _plain(logs))

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_train_batch_begin", batch, _plain(logs))

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_train_batch_end", batch, _plain(logs))

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_test_batch_begin", batch, _plain(logs))

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_test_batch_end", batch, _plain(logs))

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_predict_batch_begin", batch, dict(logs or {}))

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback; the predictions in ``logs`` stay arrays."""
        self._call_batch("on_predict_batch_end", batch, dict(logs or {}))

    def on_train_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback that has it."""
        self._call_progress("on_train_progress", steps_done, logs)

    def on_test_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback that has it."""
        self._call_progress("on_test_progress", steps_done, logs)

    def on_predict_progress(self, steps_done: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback that has it."""
        self._call_progress("on_predict_progress", steps_done, logs)

    def on_interrupt(self) -> None:
        """Call the hook of every callback that has it."""
        for callback in self.callbacks:
            if hasattr(callback, "on_interrupt"):
                callback.on_interrupt()

    def _any_heard(self, *names: str) -> bool:
        return any(is_heard(callback, name) for callback in self.callbacks for name in names)

    def _call(self, name: str, logs: Logs | None) -> None:
        plain = _plain(logs)
        for callback in self.callbacks:
            getattr(callback, name)(plain)

    def _call_numbered(self, name: str, epoch: int, logs: Logs | None) -> None:
        plain = _plain(logs)
        for callback in self.callbacks:
            getattr(callback, name)(epoch, plain)

    def _call_batch(self, name: str, batch: int, logs: Logs) -> None:
        # By keyword, as Keras does: programs rely on it.
        for callback in self.callbacks:
            getattr(callback, name)(batch, logs=logs)

    def _call_progress(self, name: str, steps_done: int, logs: Logs | None) -> None:
        plain = _plain(logs)
        for callback in self.callbacks:
            if hasattr(callback, name):
                getattr(callback, name)(steps_done, plain)


def _numbered(callbacks: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    counted: Counter[str] = Counter()
    for callback in callbacks:
        name = type(callback).__qualname__
        yield f"{name}/{counted[name]}", callback
        counted[name] += 1


def _flattened(callbacks: Any) -> Iterator[Any]:
    """Yield the callbacks of a nested list in order."""
    if callbacks is None:
        return
    if isinstance(callbacks, CallbackList):
        yield from callbacks.callbacks
    elif isinstance(callbacks, Callback):
        yield callbacks
    elif isinstance(callbacks, Iterable) and not isinstance(callbacks, str):
        for entry in callbacks.values() if isinstance(callbacks, dict) else callbacks:
            yield from _flattened(entry)
    else:
        _check_hooks(callbacks)
        yield callbacks


def _check_hooks(candidate: Any) -> None:
    if isinstance(candidate, type):
        raise ConfigurationError(
            f"`callbacks` must hold callback objects; received the class {candidate.__name__!r}. "
            f"Create the object: {candidate.__name__}()."
        )
    if not all(callable(getattr(candidate, name, None)) for name in _REQUIRED):
        raise ConfigurationError(
            "`callbacks` must hold objects derived from `ranvier.callbacks.Callback`; "
            f"received: {candidate!r:.200}. A plain function can be wrapped: "
            "LambdaCallback(on_epoch_end=function)."
        )


def _plain(logs: Logs | None) -> Logs:
    """Return a flat copy with sorted names whose numbers are Python floats."""
    plain: Logs = {}
    for name, value in sorted((logs or {}).items()):
        if isinstance(value, dict):
            plain.update(_plain(value))
        elif type(value) in (float, str):
            plain[name] = value
        else:
            plain[name] = float(value) if np.ndim(value) == 0 else value
    return plain
