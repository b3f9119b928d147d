"""Whether anybody listens to a hook: what lets the loop run many steps in one call.

A hook that a user defines, on a class or on one object, is always heard. The hooks that Ranvier
defines itself state when they are: a checkpoint hears batches only if it saves between epochs.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

Hook = TypeVar("Hook", bound=Callable[..., Any])
Condition = Callable[[Any], bool]

# Keyed by the function itself: an attribute would be copied onto a user's hook by `functools.wraps`.
_conditions: dict[FunctionType, Condition] = {}


def heard_when(condition: Condition) -> Callable[[Hook], Hook]:
    """Return a decorator that states when one of Ranvier's own hooks has to be called.

    Args:
        condition: Function of the callback object.

    Returns:
        A decorator that returns the hook unchanged.
    """

    def register(hook: Hook) -> Hook:
        if isinstance(hook, FunctionType):
            _conditions[hook] = condition
        return hook

    return register


def never(callback: object) -> bool:  # noqa: ARG001 - one signature for all conditions
    """The condition of a hook that does nothing."""
    return False


def is_ours(callback: Any) -> bool:
    """Tell whether all that a callback does is what Ranvier's own class does."""
    own_class = type(callback).__module__.startswith("ranvier.")
    return own_class and not any(name.startswith("on_") for name in getattr(callback, "__dict__", {}))


def is_heard(callback: Any, name: str) -> bool:
    """Tell whether a callback has to be told of an event.

    Args:
        callback: Any object with hooks; a missing hook is not heard.
        name: The hook's name, for example ``"on_train_batch_end"``.
    """
    method = getattr(callback, name, None)
    if method is None:
        return False
    function = getattr(method, "__func__", method)
    if not isinstance(function, FunctionType) or function not in _conditions:
        return True
    return _conditions[function](callback)
