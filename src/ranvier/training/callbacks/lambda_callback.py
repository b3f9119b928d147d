"""A callback made of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.training.callbacks.callback import Callback

if TYPE_CHECKING:
    from collections.abc import Callable

_HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))


class LambdaCallback(Callback):
    """Call functions at the events they are given for.

    Args:
        on_epoch_begin: Function of ``(epoch, logs)``.
        on_epoch_end: Function of ``(epoch, logs)``.
        on_train_begin: Function of ``(logs)``.
        on_train_end: Function of ``(logs)``.
        on_train_batch_begin: Function of ``(batch, logs)``; ``logs`` is passed by name.
        on_train_batch_end: Function of ``(batch, logs)``; ``logs`` is passed by name.
        **hooks: Functions for any other hook of :class:`Callback`, by its name.

    Raises:
        UnknownNameError: If a name is not that of a hook.
        ConfigurationError: If a hook is not a function.

    Example:
        >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch)).on_epoch_end(3, {})
        3
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **hooks: Callable[..., Any] | None,
    ) -> None:
        super().__init__()
        hooks.update(
            on_epoch_begin=on_epoch_begin,
            on_epoch_end=on_epoch_end,
            on_train_begin=on_train_begin,
            on_train_end=on_train_end,
            on_train_batch_begin=on_train_batch_begin,
            on_train_batch_end=on_train_batch_end,
        )
        for name, function in hooks.items():
            if name not in _HOOKS:
                raise unknown_name("hook of LambdaCallback", name, _HOOKS)
            if function is None:
                continue
            if not callable(function):
                raise ConfigurationError(f"`{name}` must be a function; received: {function!r:.100}.")
            setattr(self, name, function)
