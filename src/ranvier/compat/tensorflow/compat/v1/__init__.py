"""``tf.compat.v1``: seeds and the level of messages."""

from __future__ import annotations

import importlib
from typing import Any

from ranvier.compat.tensorflow.random import set_seed as set_random_seed
from ranvier.compat.tensorflow.renaming import absent

__all__ = ["logging", "set_random_seed"]
_INSTEAD = {
    "Session": "There are no sessions; call functions directly.",
    "disable_eager_execution": "There are no graphs to build first; leave the call out.",
    "placeholder": "Use `keras.Input`.",
}
_absent = absent("tf.compat.v1", lambda: __all__, _INSTEAD)


def __getattr__(name: str) -> Any:
    return importlib.import_module(f"{__name__}.logging") if name == "logging" else _absent(name)
