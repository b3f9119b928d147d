"""``keras.preprocessing``: what is left of it, and where the rest went."""

from __future__ import annotations

import importlib
from typing import Any

from ranvier.compat.errors import MissingNameError, missing
from ranvier.compat.names import INSTEAD

__all__ = ["sequence"]


def __getattr__(name: str) -> Any:
    if name == "sequence":
        return importlib.import_module(f"{__name__}.sequence")
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    instead = INSTEAD.get(f"preprocessing.{name}")
    raise MissingNameError(missing("keras.preprocessing", name, __all__, instead))
