from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from ranvier import initializers
from ranvier.errors import ConfigurationError, ShapeError, UnknownNameError
from ranvier.initializers import STFT

CASES: list[dict[str, Any]] = [
    {},
    {"side": "imag"},
    {"window": "hamming", "scaling": "spectrum"},
    {"window": "blackman", "scaling": None, "periodic": True},
    {"window": None},
    {"window": [1.0, 2.0, 3.0, 4.0, 4.0, 3.0, 2.0, 1.0], "side": "imag"},
]


@pytest.mark.parametrize("options", CASES)
def test_equals_keras(options: dict[str, Any]) -> None:
    expected = keras.initializers.STFT(**options)((8, 1, 6))
    np.testing.assert_allclose(STFT(**options)((8, 1, 6)), expected, atol=2e-6)


@pytest.mark.parametrize("options", CASES)
def test_configuration_goes_round(options: dict[str, Any]) -> None:
    ours = STFT(**options)
    assert ours.get_config() == keras.initializers.STFT(**options).get_config()
    again = initializers.deserialize(initializers.serialize(ours))
    np.testing.assert_array_equal(again((8, 1, 6)), ours((8, 1, 6)))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"side": "imaginary"}, "Unknown side of the transform; received: 'imaginary'. Did you mean 'imag'"),
        ({"scaling": "densty"}, "Unknown scaling of the window; received: 'densty'. Did you mean 'density'"),
        ({"window": "haming"}, "Unknown window; received: 'haming'. Did you mean 'hamming'"),
    ],
)
def test_unknown_names(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnknownNameError, match=sentence):
        STFT(**options)


@pytest.mark.parametrize("window", [3, [["a"]], [[1.0]], ["a"]])
def test_what_is_no_window(window: Any) -> None:
    with pytest.raises(
        ConfigurationError, match="`window` must be a name, a list of numbers or None; received: "
    ):
        STFT(window=window)


@pytest.mark.parametrize("shape", [(), (8, 6), (8, 2, 6)])
def test_shapes_that_are_no_kernel(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"\(frame length, 1, frequencies\)"):
        STFT()(shape)


def test_integers_cannot_hold_it() -> None:
    with pytest.raises(ConfigurationError, match="STFT draws floats"):
        STFT()((8, 1, 6), "int32")
