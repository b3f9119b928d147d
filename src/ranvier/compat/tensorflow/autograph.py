"""``tf.autograph``."""

from __future__ import annotations

from ranvier.compat.tensorflow.renaming import absent

__all__ = ["set_verbosity"]


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Do nothing: no code is rewritten, so nothing is said of it."""
    del level, alsologtostdout


__getattr__ = absent("tf.autograph", lambda: __all__)
