"""Methods of TensorFlow's tensors, given to the arrays of the engine."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

_taught: list[type] = []


def teach_arrays() -> None:
    """Give arrays ``numpy()`` and ``get_shape()``, which programs written for TensorFlow call.

    It is done when such a program, by an import or a name answered by Ranvier, has loaded the engine;
    until then this does nothing. ``import ranvier`` alone changes no class of the engine. While a
    program is traced there are no values yet, and ``numpy()`` fails as every other use of them.
    """
    jax = sys.modules.get("jax")
    if _taught or jax is None:
        return
    for kind in (type(jax.device_put(np.zeros((), np.float32))), jax.core.Tracer):
        for name, method in (("numpy", _numpy), ("get_shape", _get_shape)):
            if not hasattr(kind, name):
                setattr(kind, name, method)
        _taught.append(kind)


def _numpy(self: Any) -> np.ndarray[Any, Any]:
    """Return a copy as a NumPy array."""
    return np.array(self)


def _get_shape(self: Any) -> tuple[int, ...]:
    """Return the sizes of the axes."""
    return tuple(self.shape)
