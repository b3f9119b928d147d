"""``tf.compat``."""

from __future__ import annotations

import importlib
from typing import Any

from ranvier.compat.tensorflow.renaming import absent

__all__ = ["v1"]
_absent = absent("tf.compat", lambda: __all__)


def __getattr__(name: str) -> Any:
    return importlib.import_module(f"{__name__}.v1") if name == "v1" else _absent(name)
