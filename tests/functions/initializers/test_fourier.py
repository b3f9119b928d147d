from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from ranvier.errors import ShapeError, UnknownNameError
from ranvier.functions.initializers import WINDOWS, stft_kernel, window


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("length", [1, 2, 7, 8])
@pytest.mark.parametrize("name", WINDOWS)
def test_windows_equal_scipy(name: str, length: int, periodic: bool) -> None:
    expected = signal.get_window(name, length, fftbins=periodic)
    np.testing.assert_allclose(window(name, length, periodic), expected, atol=1e-12)


def test_hann_by_hand() -> None:
    np.testing.assert_allclose(window("hann", 5, False), [0.0, 0.5, 1.0, 0.5, 0.0], atol=1e-15)


def test_unknown_window() -> None:
    with pytest.raises(UnknownNameError, match=r"received: 'han'\. Did you mean .*'hann'"):
        window("han", 8, False)


@pytest.mark.parametrize(("side", "part"), [("real", np.real), ("imag", np.imag)])
def test_kernel_computes_a_fourier_transform(side: str, part: object) -> None:
    frame = np.random.default_rng(0).normal(size=8)
    kernel = stft_kernel((8, 1, 5), side, None, None)  # type: ignore[arg-type]
    expected = part(np.fft.rfft(frame))  # type: ignore[operator]
    np.testing.assert_allclose(np.einsum("t,tcf->f", frame, kernel), expected, atol=1e-12)


@pytest.mark.parametrize(("scaling", "norm"), [("density", 3.0), ("spectrum", 5.0), (None, 1.0)])
def test_scaling(scaling: str | None, norm: float) -> None:
    kernel = stft_kernel((3, 1, 2), "real", np.array([2.0, 1.0, 2.0]), scaling)  # type: ignore[arg-type]
    np.testing.assert_allclose(kernel[:, 0, 0], np.array([2.0, 1.0, 2.0]) / norm)


@pytest.mark.parametrize("shape", [(), (8, 5), (8, 2, 5), (8, 1, 1)])
def test_shapes_that_are_no_kernel(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"\(frame length, 1, frequencies\)"):
        stft_kernel(shape, "real", None, None)


def test_window_of_another_length() -> None:
    with pytest.raises(ShapeError, match=r"each of the 8 positions of the frame; .* \(7,\)"):
        stft_kernel((8, 1, 5), "real", np.ones(7), None)
