from __future__ import annotations

import jax
import numpy as np
import pytest

from ranvier import layers
from ranvier.forward_pass import ForwardPass, forward_pass


@pytest.mark.parametrize(("step", "rate"), [(0, 0.4), (50, 0.4), (75, 0.2), (100, 0.0), (1000, 0.0)])
def test_the_rate_stays_and_then_falls(step: int, rate: float) -> None:
    layer = layers.FadingDropout(0.4, 100)
    with forward_pass(ForwardPass(True, jax.random.key(0), step)):
        found = np.asarray(layer(np.ones((200, 200), "float32")))
    assert abs((found == 0.0).mean() - rate) < 0.01
    np.testing.assert_allclose(found[found != 0.0], 1.0 / (1.0 - rate), rtol=1e-5)


def test_without_steps_the_rate_does_not_fall_and_predictions_are_left_alone() -> None:
    layer = layers.FadingDropout(0.4)
    x = np.ones((100, 100), "float32")
    with forward_pass(ForwardPass(True, jax.random.key(0), 10**6)):
        found = np.asarray(layer(x))
    assert abs((found == 0.0).mean() - 0.4) < 0.02
    np.testing.assert_array_equal(layer(x), x)
    assert layer.settings() == {"rate": 0.4, "steps": 0.0}
    assert layer.structure() == layers.FadingDropout(0.1, 7).structure()
    assert layers.deserialize(layers.serialize(layer)).get_config() == layer.get_config()
