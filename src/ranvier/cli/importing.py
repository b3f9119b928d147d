"""Importing the engine quickly."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed_imports() -> Iterator[None]:
    """Keep the garbage collector from running during imports, and from looking at their objects afterwards.

    Modules, classes and functions stay until the process ends, so every search among them for garbage
    is in vain; without it the imports of a command take a fifth less.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
