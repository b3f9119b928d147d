"""``tf.version``."""

from __future__ import annotations

from ranvier.compat.tensorflow import __version__
from ranvier.compat.tensorflow.renaming import absent

__all__ = ["VERSION"]

VERSION = __version__
__getattr__ = absent("tf.version", lambda: __all__)
