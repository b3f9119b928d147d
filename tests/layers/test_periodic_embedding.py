from __future__ import annotations

import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError


def test_a_number_is_followed_by_mixtures_of_its_waves() -> None:
    generator = np.random.default_rng(0)
    layer = layers.PeriodicEmbedding(frequencies=5, units=3)
    x = generator.normal(size=(4, 2)).astype("float32")
    layer.build(x.shape)
    shapes = [(2, 5), (2, 5), (2, 5, 2), (2, 2)]
    assert [each.shape for each in layer.weights] == shapes
    frequency, phase, kernel, bias = values = [generator.normal(size=shape) for shape in shapes]
    layer.set_weights(values)

    expected = np.empty((4, 6))
    for row in range(4):
        for feature in range(2):
            waves = np.cos(2 * np.pi * frequency[feature] * x[row, feature] + phase[feature])
            place = 3 * feature
            expected[row, place] = x[row, feature]
            expected[row, place + 1 : place + 3] = waves @ kernel[feature] + bias[feature]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape((None, 2)) == (None, 6)


def test_first_weights_are_those_of_the_paper() -> None:
    layer = layers.PeriodicEmbedding()
    layer.build((None, 400))
    frequency, phase, kernel, bias = layer.get_weights()
    assert abs(frequency.std() - 0.1) < 0.005
    assert abs(phase.std() - 2 * np.pi / np.sqrt(12)) < 0.05
    assert np.abs(phase).max() <= np.pi
    for array in (kernel, bias):
        assert np.abs(array).max() <= 0.25
        assert abs(array.std() - 0.5 / np.sqrt(12)) < 0.005


@pytest.mark.parametrize("arguments", [{"frequencies": 0}, {"units": 1}, {"deviation": -1.0}])
def test_impossible_numbers_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(arguments))):
        layers.PeriodicEmbedding(**arguments)
