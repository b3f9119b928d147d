"""The initializer that makes a convolution a short-time Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.functions import initializers as functions
from ranvier.initializers.base import DType, Initializer, Values, require_floats

if TYPE_CHECKING:
    from ranvier.types import Configuration, Shape


class STFT(Initializer):
    """The real or imaginary part of a windowed Fourier transform, as a kernel of ``Conv1D``.

    It fills kernels of shape (frame length, 1, frequencies).

    Args:
        side: ``"real"`` or ``"imag"``.
        window: A window's name as in ``scipy.signal.windows`` (those without parameters that
            ``ranvier.functions.initializers.WINDOWS`` lists), its values, or None for none.
        scaling: Divides the window by its norm: ``"density"`` L2, ``"spectrum"`` L1, None not. It
            has no effect without a window.
        periodic: Whether a named window is periodic rather than symmetric.

    Raises:
        ConfigurationError: If an argument has no meaning.
    """

    def __init__(
        self,
        side: Literal["real", "imag"] = "real",
        window: Any = "hann",
        scaling: Literal["density", "spectrum"] | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in ("real", "imag"):
            raise unknown_name("side of the transform", side, ["real", "imag"])
        if scaling not in ("density", "spectrum", None):
            raise unknown_name("scaling of the window", scaling, ["density", "spectrum"])
        if isinstance(window, str):
            if window not in functions.WINDOWS:
                raise unknown_name("window", window, functions.WINDOWS)
        elif window is not None:
            window = _checked_window(window)
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = bool(periodic)

    def _values(self, shape: Shape, dtype: DType) -> Values:
        require_floats(dtype, type(self).__name__)
        values = self.window
        if isinstance(values, str) and shape:
            values = functions.window(values, shape[0], self.periodic)
        return functions.stft_kernel(shape, self.side, values, self.scaling).astype(dtype)

    def get_config(self) -> Configuration:
        """Return the constructor's arguments."""
        window = self.window.tolist() if isinstance(self.window, np.ndarray) else self.window
        return {"side": self.side, "window": window, "scaling": self.scaling, "periodic": self.periodic}


def _checked_window(window: Any) -> Values:
    values = np.asarray(window)
    if values.ndim != 1 or values.dtype.kind not in "biuf":
        raise ConfigurationError(
            f"`window` must be a name, a list of numbers or None; received: {window!r:.200}."
        )
    return values.astype(np.float64)
