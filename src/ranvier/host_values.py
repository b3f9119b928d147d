"""Results computed with NumPy that, as tensors do, have a method ``numpy()``.

Programs for TensorFlow write ``metric.result().numpy()`` and ``schedule(step).numpy()``.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class HostFloat(np.float32):
    """A number of single precision."""

    def numpy(self) -> np.float32:
        """Return the number without this method."""
        return np.float32(self)


class HostDouble(np.float64):
    """A number of double precision."""

    def numpy(self) -> np.float64:
        """Return the number without this method."""
        return np.float64(self)


class HostArray(np.ndarray[Any, Any]):
    """An array."""

    def numpy(self) -> np.ndarray[Any, Any]:
        """Return the array without this method; it shares the memory."""
        return self.view(np.ndarray)


_SCALARS = {np.float32: HostFloat, np.float64: HostDouble}


def with_numpy_method(value: Any) -> Any:
    """Return a NumPy number or array with a method ``numpy()``; arrays share their memory."""
    if isinstance(value, np.ndarray):
        return value.view(HostArray)
    kind = _SCALARS.get(type(value))
    # Other numbers, whole ones for example, become arrays without axes, which compute and print alike.
    return np.asarray(value).view(HostArray) if kind is None else kind(value)
