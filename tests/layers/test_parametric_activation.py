from __future__ import annotations

import numpy as np

from ranvier import activations, layers


def test_it_lies_between_the_identity_and_the_activation() -> None:
    layer = layers.ParametricActivation("selu")
    x = np.array([[-2.0, -2.0, 1.5]], "float32")
    full = np.asarray(activations.selu(x))
    np.testing.assert_allclose(layer(x), full, rtol=1e-6)

    layer.set_weights([np.array([0.0, 0.5, 2.0])])
    expected = [[-2.0, 0.5 * (-2.0 + full[0, 1]), 1.5 + 2.0 * (full[0, 2] - 1.5)]]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-6)
    assert layers.deserialize(layers.serialize(layer)).structure() == layer.structure()
