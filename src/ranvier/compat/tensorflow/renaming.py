"""Operations under TensorFlow's names for them and for their arguments."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

from ranvier.compat.errors import MissingNameError, missing

_FIRST = frozenset(
    {"features", "input", "input_tensor", "labels", "logits", "params", "tensor", "value", "values", "x"}
)
"""What TensorFlow calls the first argument of its functions."""


def renamed(function: Callable[..., Any], **names: str) -> Callable[..., Any]:
    """Let a function be called in TensorFlow's manner.

    The first argument may be named as TensorFlow names it, and ``name``, a label for graphs that
    are not drawn here, is dropped.

    Args:
        function: The operation.
        **names: TensorFlow's names of further arguments, each with the operation's own.
    """
    own = inspect.signature(function).parameters

    @functools.wraps(function)
    def call(*args: Any, name: str | None = None, **kwargs: Any) -> Any:
        del name
        first = [key for key in kwargs if not args and key in _FIRST and key not in {*names, *own}]
        positional = (*args, *(kwargs.pop(key) for key in first[:1]))
        return function(*positional, **{names.get(key, key): value for key, value in kwargs.items()})

    return call


def absent(owner: str, offered: Callable[[], Iterable[str]], instead: dict[str, str] | None = None) -> Any:
    """Return a module's ``__getattr__`` that says which name is missing.

    Args:
        owner: The module as programs call it: ``"tf.math"``.
        offered: Lists what the module has.
        instead: What to use in place of some names, whole sentences.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name.startswith("__"):
            raise AttributeError(f"module {owner!r} has no attribute {name!r}", name=name)
        raise MissingNameError(missing(owner, name, offered(), (instead or {}).get(name)))

    return __getattr__
