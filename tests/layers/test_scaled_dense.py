from __future__ import annotations

import numpy as np

from ranvier import layers


def test_outputs_are_those_of_a_dense_layer_with_a_scaled_kernel() -> None:
    generator = np.random.default_rng(0)
    kernel, bias = generator.normal(size=(5, 3)), generator.normal(size=3)
    x = generator.normal(size=(4, 5)).astype("float32")
    layer = layers.ScaledDense(3, "tanh")
    layer.build((None, 5))
    layer.set_weights([kernel, bias])

    np.testing.assert_allclose(layer(x), np.tanh(x @ kernel / np.sqrt(5) + bias), rtol=1e-5, atol=1e-6)


def test_first_weights_have_the_size_one_and_survive_a_configuration() -> None:
    layer = layers.ScaledDense(200, name="first")
    layer.build((None, 100))
    assert abs(float(np.std(layer.kernel.value)) - 1.0) < 0.02
    assert abs(float(np.std(layer.bias.value)) - 1.0) < 0.2

    again = layers.deserialize(layers.serialize(layer))
    assert again.get_config() == layer.get_config()
    assert again.structure() == layer.structure()
