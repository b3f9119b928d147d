from __future__ import annotations

import numpy as np

from ranvier.estimators.tables.calibration import temperature


def test_the_temperature_of_logits_that_are_too_sure_is_found() -> None:
    generator = np.random.default_rng(0)
    true = generator.normal(0.0, 2.0, (4000, 3))
    powers = np.exp(true)
    labels = (generator.random((4000, 1)) > (powers / powers.sum(axis=1, keepdims=True)).cumsum(axis=1)).sum(
        axis=1
    )
    weights = np.ones(4000)
    assert abs(temperature(true, labels, weights) - 1.0) < 0.1
    assert abs(temperature(3.0 * true, labels, weights) - 3.0) < 0.3
