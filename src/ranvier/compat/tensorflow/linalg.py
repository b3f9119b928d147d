"""``tf.linalg``."""

from __future__ import annotations

from ranvier import ops
from ranvier.compat.tensorflow import arrays
from ranvier.compat.tensorflow.renaming import absent, renamed

matmul = arrays.matmul
norm = arrays.norm

_SAME = ("cholesky", "det", "eigh", "einsum", "inv", "pinv", "qr", "slogdet", "solve", "svd", "trace")

globals().update({name: renamed(getattr(ops, name)) for name in _SAME})

__all__ = sorted({*_SAME, "matmul", "norm"})
__getattr__ = absent("tf.linalg", lambda: __all__)
