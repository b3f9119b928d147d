"""``tf.compat.v1.logging``: the level of the logger named ``tensorflow``."""

from __future__ import annotations

import logging

from ranvier.compat.tensorflow.renaming import absent

__all__ = ["DEBUG", "ERROR", "FATAL", "INFO", "WARN", "get_verbosity", "set_verbosity"]

DEBUG = logging.DEBUG
ERROR = logging.ERROR
FATAL = logging.FATAL
INFO = logging.INFO
WARN = logging.WARNING


def set_verbosity(v: int | str) -> None:
    """Set the lowest level that is shown."""
    logging.getLogger("tensorflow").setLevel(v)


def get_verbosity() -> int:
    """Return the lowest level that is shown."""
    return logging.getLogger("tensorflow").getEffectiveLevel()


__getattr__ = absent("tf.compat.v1.logging", lambda: __all__)
