"""Names that programs know from Keras and that a module of Ranvier does not have."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ranvier.errors import MissingNameError


def absent(module: str, offered: Sequence[str], instead: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that says of each missing name what to use instead.

    Args:
        module: The module's ``__name__``.
        offered: The names it has.
        instead: Keras' names that it does not have, each with what to do, in whole sentences.

    Returns:
        A function that raises :class:`~ranvier.errors.MissingNameError` for those names, and for any
        other an ``AttributeError`` with the closest right ones.
    """
    face = module.removeprefix("ranvier.")

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name in instead:
            raise MissingNameError(f"Ranvier has no `{face}.{name}`. {instead[name]}")
        closest = [] if name.startswith("__") else difflib.get_close_matches(name, offered, n=3)
        hint = f". Did you mean {' or '.join(repr(each) for each in closest)}?" if closest else ""
        raise AttributeError(f"module {module!r} has no attribute {name!r}{hint}", name=name)

    return __getattr__
