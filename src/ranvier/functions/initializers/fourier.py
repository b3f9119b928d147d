"""The kernel of a convolution that computes a short-time Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ranvier.errors import ShapeError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Shape

Values: TypeAlias = "np.ndarray[Any, Any]"

# Coefficients of sums of cosines: Harris, "On the use of windows for harmonic analysis with the
# discrete Fourier transform" (1978); Nuttall (1981); D'Antona and Ferrero (2006) for the flat top.
_COSINE_SUMS: dict[str, tuple[float, ...]] = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}


def _cosine(positions: Values) -> Values:
    return np.asarray(np.sin(np.pi * (positions + 0.5) / positions.size))


def _bartlett(positions: Values) -> Values:
    return np.asarray(1 - np.abs(2 * positions / (positions.size - 1) - 1))


def _triangle(positions: Values) -> Values:
    size = positions.size
    return np.asarray(1 - np.abs(positions - (size - 1) / 2) / ((size + size % 2) / 2))


_OTHERS: dict[str, Callable[[Values], Values]] = {
    "bartlett": _bartlett,
    "cosine": _cosine,
    "triang": _triangle,
}

WINDOWS = (*_COSINE_SUMS, *_OTHERS)
"""The names that :func:`window` knows, those of ``scipy.signal.windows``."""


def window(name: str, length: int, periodic: bool) -> Values:
    """Compute a window function.

    Args:
        name: One of :data:`WINDOWS`.
        length: The number of values, at least 1.
        periodic: Whether the window continues with its first value (for spectra), instead of
            being symmetric (for filters).

    Returns:
        Float64 values of shape (length,).

    Raises:
        UnknownNameError: If the name is unknown.
    """
    if name not in WINDOWS:
        raise unknown_name("window", name, WINDOWS)
    if length == 1:
        return np.ones(1)
    positions = np.arange(length + periodic, dtype=np.float64)
    if name in _OTHERS:
        return _OTHERS[name](positions)[:length]
    angles = 2 * np.pi * positions / (positions.size - 1)
    terms = [(-1) ** order * a * np.cos(order * angles) for order, a in enumerate(_COSINE_SUMS[name])]
    return np.asarray(sum(terms))[:length]


def stft_kernel(
    shape: Shape,
    side: Literal["real", "imag"],
    window_values: Values | None,
    scaling: Literal["density", "spectrum"] | None,
) -> Values:
    r"""Compute the kernel whose convolution is one side of a short-time Fourier transform.

    .. math:: K_{t f} = w_t \cos(-2 \pi t f / F) / s \quad\text{(real; imaginary with sin)}

    with :math:`F = 2 (\text{frequencies} - 1)` and s the norm of w.

    Args:
        shape: (frame length, 1, frequencies), at least two frequencies.
        side: Which part of the complex result.
        window_values: The window w, shape (frame length,), or None for ones without scaling.
        scaling: Norm s of the window: ``"density"`` L2, ``"spectrum"`` L1, None: 1.

    Returns:
        Float64 values of that shape.

    Raises:
        ShapeError: If the shape is no such triple or the window is of another length.
    """
    if len(shape) != 3 or shape[1] != 1 or shape[2] < 2:
        raise ShapeError(
            "The STFT initializer needs a kernel of shape (frame length, 1, frequencies) with at least two "
            f"frequencies; received shape: {shape}."
        )
    frame_length, _, frequencies = shape
    times = np.arange(frame_length).reshape(-1, 1, 1)
    angles = -2 * np.pi * times * (np.arange(frequencies) / (2 * (frequencies - 1)))
    kernel = np.cos(angles) if side == "real" else np.sin(angles)
    if window_values is None:
        return np.asarray(kernel)
    if window_values.shape != (frame_length,):
        raise ShapeError(
            f"The window must have one value for each of the {frame_length} positions of the frame; "
            f"received an array of shape {window_values.shape}."
        )
    norms = {"density": np.sqrt(np.sum(window_values**2)), "spectrum": np.sum(np.abs(window_values))}
    norm = 1.0 if scaling is None else norms[scaling]
    return np.asarray(kernel * (window_values / norm).reshape(-1, 1, 1))
