"""First values of weights as pure functions of a NumPy generator; nothing here touches the engine."""

from __future__ import annotations

from ranvier.functions.initializers.fans import compute_fans
from ranvier.functions.initializers.fourier import WINDOWS, stft_kernel, window
from ranvier.functions.initializers.sampling import (
    TRUNCATED_STDDEV,
    normal,
    orthogonal,
    truncated_normal,
    uniform,
)

__all__ = [
    "TRUNCATED_STDDEV",
    "WINDOWS",
    "compute_fans",
    "normal",
    "orthogonal",
    "stft_kernel",
    "truncated_normal",
    "uniform",
    "window",
]
